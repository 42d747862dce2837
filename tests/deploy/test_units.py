"""Static checks of the systemd units, the Procfile and `bin/`."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from clicksafely.common.crypto import keyring, part_secrets
from clicksafely.common.http import body_reception
from clicksafely.common.sandbox import confinement
from tests.deploy.deployment_files import BASE_DIR, COMPOSE, PARTS, SERVICES, unit


def test_only_releases_and_backups_connect_as_the_owner_of_the_database() -> None:
    assert "/etc/clicksafely/owner.env" in unit("clicksafely-backup.service")["Service"]["EnvironmentFile"]
    assert unit("clicksafely@.service")["Service"]["EnvironmentFile"] == [
        "/etc/clicksafely/portal.env",
        "/etc/clicksafely/%i.env",
    ]
    assert "owner.env" in (BASE_DIR / "bin" / "release").read_text()


def test_no_file_of_the_units_is_read_by_two_parts_but_the_one_without_secrets() -> None:
    install = (BASE_DIR / "docs" / "operations" / "install.md").read_text()
    portal_env = re.search(r"cat > /etc/clicksafely/portal.env <<END\n(.*?)\nEND\n", install, re.DOTALL)
    assert portal_env is not None
    assert [line.partition("=")[0] for line in portal_env[1].splitlines()] == [
        "REDIS_URL",
        "ALLOWED_HOSTS",
        "SITE_URL",
        "TRUSTED_PROXIES",
    ]
    env_files = re.findall(r"^env_of (\w+) +(\w+) ", install, re.MULTILINE)
    assert dict(env_files) == {"owner": "owner", "web": "public"} | {
        name: name for name in ("staff", "worker", "sealed", "outside", "beat")
    }
    assert set(dict(env_files).values()) == set(part_secrets.PARTS)
    assert "PART=owner" in unit("clicksafely-backup.service")["Service"]["Environment"]
    assert " PART=owner\n" in (BASE_DIR / "bin" / "release").read_text()


def test_restored_backup_replays_erasures_before_start() -> None:
    assert COMPOSE["services"]["release"]["command"][-1].endswith("&& python manage.py replay_erasures")
    for name in ("web", "staff", "worker", "sealed", "outside", "beat"):
        waits = COMPOSE["services"][name]["depends_on"]["release"]
        assert waits == {"condition": "service_completed_successfully"}, name
    # Without containers: in each unit, because a backup may be restored without a release. Processes without keys wait for one that has
    # them.
    assert unit("clicksafely@.service")["Unit"]["StartLimitIntervalSec"] == ["0"]
    assert "manage.py prepare" in (BASE_DIR / "bin" / "release").read_text()


def test_each_process_has_a_user_of_its_own() -> None:
    users = re.findall(
        r"^u (\S+)", (BASE_DIR / "deploy" / "systemd" / "clicksafely.sysusers").read_text(), re.MULTILINE
    )
    assert users == [
        "clicksafely-web",
        "clicksafely-staff",
        "clicksafely-worker",
        "clicksafely-sealed",
        "clicksafely-outside",
        "clicksafely-beat",
        "clicksafely-backup",
    ]
    assert unit("clicksafely@.service")["Service"]["User"] == ["clicksafely-%i"]


def test_the_nightly_backup_has_no_private_key_and_writes_into_one_folder() -> None:
    service = unit("clicksafely-backup.service")["Service"]
    assert "PRIVATE_KEYS_DIR=/nonexistent" in service["Environment"]
    assert "LoadCredential" not in service
    (command,) = service["ExecStart"]
    folder = command.rpartition(" ")[2]
    assert (service["ReadWritePaths"], service["User"]) == ([folder], ["clicksafely-backup"])
    assert (
        f"d {folder} 0700 clicksafely-backup clicksafely"
        in (BASE_DIR / "deploy" / "systemd" / "clicksafely.tmpfiles").read_text()
    )
    assert unit("clicksafely-backup.timer")["Timer"]["Persistent"] == ["true"]


def test_the_check_of_the_alerting_is_the_part_outside_and_has_no_private_key() -> None:
    service = unit("clicksafely-alerting.service")["Service"]
    assert service["EnvironmentFile"] == ["/etc/clicksafely/portal.env", "/etc/clicksafely/outside.env"]
    assert service["User"] == ["clicksafely-outside"]
    assert "PRIVATE_KEYS_DIR=/nonexistent" in service["Environment"]
    assert "LoadCredential" not in service
    assert service["ExecStart"] == ["/opt/clicksafely/.venv/bin/python manage.py check_alerting"]
    assert unit("clicksafely-alerting.timer")["Timer"]["OnCalendar"] == ["*:0/2"]


def test_web_servers_limit_the_time_of_a_head_and_have_threads_for_slow_bodies() -> None:
    options = PARTS["web"].split()
    assert int(options[options.index("--http1-header-read-timeout") + 1]) <= 10_000
    places = body_reception.RECEIVED_AT_ONCE + body_reception.UPLOAD_THREADS + body_reception.DJANGO_THREADS
    assert int(options[options.index("--blocking-threads") + 1]) > places


@pytest.mark.parametrize("path", sorted(path.name for path in (BASE_DIR / "deploy" / "systemd").glob("*.service")))
def test_a_process_without_bounds_fails_alone(path: str) -> None:
    service = unit(path)["Service"]
    assert {"MemoryMax", "TasksMax", "LimitNOFILE", "LimitCORE", "CPUWeight"} <= service.keys()
    # A memory image would contain what was opened.
    assert service["LimitCORE"] == ["0"]


def test_units_and_containers_have_the_same_limits_and_room_for_a_picture_and_all_threads() -> None:
    of_part, of_alerting = (unit(name)["Service"] for name in ("clicksafely@.service", "clicksafely-alerting.service"))
    for name in SERVICES:
        limits, container = of_alerting if name == "alerting" else of_part, COMPOSE["services"][name]
        assert bytes_of(container["mem_limit"]) == bytes_of(limits["MemoryMax"][0]), name
        assert container["pids_limit"] == int(limits["TasksMax"][0]), name
    # Beside a decoder of an uploaded file, a process of the portal needs about 200 MB.
    for limit in ("MemoryHigh", "MemoryMax"):
        assert bytes_of(of_part[limit][0]) >= confinement.MEMORY + 200 * 1024**2
    options = PARTS["web"].split()
    threads = int(options[options.index("--blocking-threads") + 1])
    threads += body_reception.UPLOAD_THREADS + body_reception.DJANGO_THREADS
    # The largest number in docs/operations/operate.md.
    assert int(of_part["TasksMax"][0]) > 4 * threads


def bytes_of(size: str) -> int:
    """Return a size such as 3g, 512M or 2G in bytes."""
    return int(size[:-1]) * 1024 ** " kmg".index(size[-1].lower())


@pytest.mark.parametrize("name", list(PARTS))
def test_no_part_logs_requests(name: str) -> None:
    assert "--access-log" not in PARTS[name].replace("--no-access-log", "")
    assert name != "web" or "--no-access-log" in PARTS[name]


@pytest.mark.slow
def test_a_release_prepares_and_checks_with_the_environment_of_the_units(tmp_path: Path) -> None:
    keyring.generate_rings(tmp_path)
    portal_env = tmp_path / "portal.env"
    servers = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    production = {
        "ALLOWED_HOSTS": "portal.example.org",
        "SITE_URL": "https://portal.example.org",
    }
    settings = {**servers, **production, "TRUSTED_PROXIES": "127.0.0.1,::1"}
    owner_env = tmp_path / "owner.env"
    owner_env.write_text(f"DATABASE_URL='{settings.pop('DATABASE_URL')}'\n")
    lines = [f"{name}='{value}'" for name, value in settings.items()]
    portal_env.write_text("\n".join([*lines, ""]))
    environment = {
        "PATH": os.environ["PATH"],
        "PORTAL_ENV": str(portal_env),
        "OWNER_ENV": str(owner_env),
        "VAR_DIR": str(tmp_path),
        "STATIC_ROOT": str(tmp_path / "collected"),
        "PUBLIC_KEYS_DIR": str(tmp_path),
    }
    result = subprocess.run(
        [BASE_DIR / "bin" / "release"], env=environment, capture_output=True, text=True, check=False, timeout=400
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / "collected" / "staticfiles.json").exists()
    assert not (tmp_path / "demo-accounts.json").exists()
    assert_modules_are_named_by_their_hashes(tmp_path / "collected")


def assert_modules_are_named_by_their_hashes(collected: Path) -> None:
    """Every module imported by our modules exists under its content hash."""
    hashed = json.loads((collected / "staticfiles.json").read_text())["paths"]
    sources = [name for name in hashed if name.startswith("js/")]
    imports = {
        (collected / hashed[name]).parent / target
        for name in sources
        for target in re.findall(r'(?:from |import\()["`\'](\.[^"`\']*)', (collected / hashed[name]).read_text())
    }
    assert {path.name.partition(".")[0] for path in imports} >= {"attempt", "labels", "drag", "row_order", "story"}
    hashed_files = {collected / name for name in hashed.values()}
    assert {path.resolve() for path in imports} <= hashed_files
