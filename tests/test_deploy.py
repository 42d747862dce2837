"""The files that production is started with, as far as they can be judged without starting it."""

import json
import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from honcho.environ import parse_procfile

from clicksafely.devserver import provision

BASE_DIR = Path(__file__).resolve().parent.parent
PARTS = parse_procfile((BASE_DIR / "Procfile").read_text()).processes
COMPOSE = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
OWN = {"secrets", "release", "web", "staff", "worker", "sealed", "outside", "beat"}


def mounts(service: str) -> set[str]:
    """The sources of what a service mounts."""
    volumes = COMPOSE["services"][service].get("volumes", [])
    return {volume["source"] if isinstance(volume, dict) else volume.partition(":")[0] for volume in volumes}


def unit(path: str) -> dict[str, dict[str, list[str]]]:
    """A systemd unit: section -> key -> every value given."""
    parsed: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in (BASE_DIR / "deploy" / "systemd" / path).read_text().splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = parsed.setdefault(heading[1], {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return parsed


def test_every_process_of_the_design_is_there() -> None:
    assert set(COMPOSE["services"]) == OWN | {"postgres", "valkey"}
    assert list(PARTS) == ["web", "worker", "outside", "beat"]


def test_services_run_parts_that_exist() -> None:
    commands = {
        name: COMPOSE["services"][name]["command"] for name in ("web", "staff", "worker", "sealed", "outside", "beat")
    }
    assert commands == {
        "web": ["bin/part", "web"],
        "staff": ["bin/part", "web"],
        "worker": ["bin/part", "worker"],
        "sealed": ["bin/part", "worker"],
        "outside": ["bin/part", "outside"],
        "beat": ["bin/part", "beat"],
    }


def test_two_doors_and_only_the_staff_side_has_the_private_keys() -> None:
    doors = {name: COMPOSE["services"][name]["environment"].get("PORTAL") for name in OWN}
    assert doors == {
        "secrets": None,
        "release": "public",
        "web": "public",
        "staff": "staff",
        "worker": "public",
        "sealed": "staff",
        "outside": "public",
        "beat": "public",
    }
    with_private_keys = {name for name in COMPOSE["services"] if "./deploy/secrets/keys/private.json" in mounts(name)}
    assert with_private_keys == {"staff", "sealed"}
    whole_folder = {name for name in COMPOSE["services"] if "./deploy/secrets" in mounts(name)}
    assert whole_folder == {"secrets"}
    assert COMPOSE["services"]["secrets"]["profiles"] == ["setup"]


def test_nothing_but_the_doors_can_be_reached_and_those_from_this_machine_only() -> None:
    ports = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"], "staff": ["127.0.0.1:8001:8000"]}
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert {name for name, service in COMPOSE["services"].items() if "front" in service["networks"]} == {"web", "staff"}


def test_one_part_alone_may_speak_to_servers_of_others() -> None:
    assert {name for name in COMPOSE["services"] if "out" in COMPOSE["services"][name]["networks"]} == {"outside"}
    queues = {name: COMPOSE["services"][name]["environment"].get("WORKER_QUEUES") for name in ("worker", "sealed")}
    assert queues == {"worker": "celery", "sealed": "sealed"}
    assert '--queues "${WORKER_QUEUES:-celery,sealed}"' in PARTS["worker"]
    assert "--queues outside" in PARTS["outside"]


def test_valkey_keeps_nothing_on_disk() -> None:
    command = COMPOSE["services"]["valkey"]["command"]
    assert command[1:5] == ["--save", "", "--appendonly", "no"]
    assert "volumes" not in COMPOSE["services"]["valkey"]


def test_no_server_logs_what_a_person_searched_for() -> None:
    nginx = (BASE_DIR / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"^\s*(access_log|error_log)\s+(.*);", nginx, re.MULTILINE) == [
        ("access_log", "off"),
        ("error_log", "/dev/null crit"),
    ]
    # Caddy writes an access log for a site with a block `log` alone; the only one here is that of its own log.
    caddy = re.sub(r"#.*", "", (BASE_DIR / "deploy" / "Caddyfile").read_text())
    assert re.findall(r"\blog\s*\{([^}]*)\}", caddy) == ["\n\t\toutput discard\n\t"]
    assert "log_append" not in caddy
    assert "--no-access-log" in PARTS["web"]
    # PostgreSQL writes neither statements nor their parameters.
    postgres = COMPOSE["services"]["postgres"]["command"]
    assert "log_min_error_statement=panic" in postgres
    assert "log_error_verbosity=terse" in postgres
    assert [option for option in postgres if option.startswith(("log_statement", "log_min_duration"))] == []


def test_every_named_volume_and_network_is_declared() -> None:
    named = {source for name in COMPOSE["services"] for source in mounts(name) if not source.startswith(".")}
    assert named == set(COMPOSE["volumes"])
    assert {network for service in COMPOSE["services"].values() for network in service["networks"]} == set(
        COMPOSE["networks"]
    )


def test_no_secret_is_written_down() -> None:
    settings: dict[str, Any] = {}
    for service in COMPOSE["services"].values():
        settings |= service.get("environment", {})
    secret = {
        name: value
        for name, value in settings.items()
        if re.search("SECRET|PASSWORD|PEPPER|AUDIT_KEY|DATABASE_URL", name)
    }
    assert {name for name, value in secret.items() if "${" not in value} == set()


def test_the_image_runs_as_nobody_in_particular_and_copies_what_it_needs() -> None:
    lines = (BASE_DIR / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER clicksafely"]
    copied = next(line for line in lines if line.startswith("COPY requirements")).split()[1:-1]
    assert [name for name in copied if not (BASE_DIR / name).exists()] == []
    ignored = (BASE_DIR / ".dockerignore").read_text().split()
    assert {".venv", "var", ".env", "deploy/secrets"} <= set(ignored)


def test_image_dumps_the_database_that_compose_runs() -> None:
    lines = (BASE_DIR / "Dockerfile").read_text()
    final_stage = lines.rpartition("\nFROM ")[2]
    client = re.search(r"postgresql-client-(\d+)", final_stage)
    assert client is not None
    postgres = COMPOSE["services"]["postgres"]
    assert postgres["image"] == f"postgres:{client[1]}"
    # Where images before 18 keep their data; later ones keep them one folder higher.
    assert int(client[1]) < 18
    assert postgres["volumes"] == ["database:/var/lib/postgresql/data"]


def test_image_installs_production_and_the_client_of_a_bucket() -> None:
    installed = re.findall(r"-r (requirements\S*)", (BASE_DIR / "Dockerfile").read_text())
    assert installed == ["requirements-uv.txt", "requirements-s3.txt"]
    assert "MEDIA_S3_BUCKET" in COMPOSE["services"]["web"]["environment"]


def test_only_who_lets_mail_wait_and_who_sends_it_can_open_the_addresses() -> None:
    services = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"]
    for name in ("web", "staff", "worker", "sealed", "outside", "beat"):
        files = {Path(volume["target"]).name for volume in services[name]["volumes"] if isinstance(volume, dict)}
        told = {key for key in services[name]["environment"] if key.startswith("MAIL_")}
        knows = name in {"staff", "outside"}
        assert ("mail.env" in files, "MAIL_SMTP_URL" in told, "MAIL_SECRET" in told) == (knows, knows, False), name


def test_a_part_becomes_its_line_of_the_procfile() -> None:
    script = BASE_DIR / "bin" / "part"
    assert script.stat().st_mode & stat.S_IXUSR
    result = subprocess.run([script, "mailer"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (1, "The Procfile has no part named mailer.\n")


def test_units_name_what_exists() -> None:
    service = unit("clicksafely@.service")
    assert service["Service"]["ExecStart"] == ["/opt/clicksafely/bin/part ${PART}"]
    assert service["Service"]["ExecStartPre"] == ["/opt/clicksafely/.venv/bin/python manage.py replay_erasures"]
    wanted = unit("clicksafely.target")["Unit"]["Wants"][0].split()
    assert wanted == [f"clicksafely@{name}.service" for name in ("web", "staff", "worker", "sealed", "outside", "beat")]
    assert "LoadCredential" not in service["Service"]
    for name in ("staff", "sealed"):
        assert unit(f"clicksafely@{name}.service.d/keys.conf")["Service"]["LoadCredential"] == [
            "private.json:/etc/clicksafely/private.json"
        ]


def test_nothing_opens_before_a_restored_backup_has_forgotten_again() -> None:
    assert COMPOSE["services"]["release"]["command"][-1].endswith("&& python manage.py replay_erasures")
    for name in ("web", "staff", "worker", "sealed", "outside", "beat"):
        waits = COMPOSE["services"][name]["depends_on"]["release"]
        assert waits == {"condition": "service_completed_successfully"}, name
    # Without containers: each unit, for a backup may be restored without a release. Doors without keys wait for one that has them.
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
    assert "SEALING_PRIVATE_KEYS=/nonexistent" in service["Environment"]
    assert "LoadCredential" not in service
    (command,) = service["ExecStart"]
    folder = command.rpartition(" ")[2]
    assert (service["ReadWritePaths"], service["User"]) == ([folder], ["clicksafely-backup"])
    assert (
        f"d {folder} 0700 clicksafely-backup clicksafely"
        in (BASE_DIR / "deploy" / "systemd" / "clicksafely.tmpfiles").read_text()
    )
    assert unit("clicksafely-backup.timer")["Timer"]["Persistent"] == ["true"]


def test_the_proxy_writes_no_address_down() -> None:
    lines = [line.split("#")[0].strip() for line in (BASE_DIR / "deploy" / "nginx.conf").read_text().splitlines()]
    assert [line for line in lines if line.startswith(("access_log", "error_log", "log_format"))] == [
        "access_log off;",
        "error_log /dev/null crit;",
    ]


def test_the_proxy_takes_bodies_whole_before_a_thread_of_the_public_door_waits_for_them() -> None:
    public = (BASE_DIR / "deploy" / "nginx.conf").read_text().partition("# The staff door")[0]
    directives = dict(
        line.split("#")[0].strip().rstrip(";").split(None, 1) for line in public.splitlines() if ";" in line
    )
    assert directives["proxy_request_buffering"] == "on"
    # Whole, and never on a disk.
    assert directives["client_body_buffer_size"] == directives["client_max_body_size"]


def test_caddy_keeps_no_log_and_hides_what_is_for_the_inside() -> None:
    text = (BASE_DIR / "deploy" / "Caddyfile").read_text()
    directives = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert [line for line in directives if line.startswith(("log", "output"))] == ["log {", "output discard"]
    assert directives.count("@inside path /readyz /metrics") == directives.count("respond @inside 404") == 2
    assert "abort @outside" in directives
    public = text.partition("# The staff door")[0]
    assert re.findall(r"(?:max_size|request_buffers) (\w+)", public) == ["60MB", "60MiB"]


@pytest.mark.parametrize("name", list(PARTS))
def test_no_part_logs_requests(name: str) -> None:
    assert "--access-log" not in PARTS[name].replace("--no-access-log", "")
    assert name != "web" or "--no-access-log" in PARTS[name]


@pytest.mark.slow
def test_a_release_prepares_and_checks_with_the_environment_of_the_units(tmp_path: Path) -> None:
    provision.ensure_secrets(tmp_path)
    portal_env = tmp_path / "portal.env"
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    production = {
        "ALLOWED_HOSTS": "portal.example.org",
        "SITE_URL": "https://portal.example.org",
        "SECURE_HTTPS": "true",
    }
    settings = {**given, **production, "TRUSTED_PROXIES": "127.0.0.1,::1"}
    lines = [f"{name}='{value}'" for name, value in settings.items()]
    portal_env.write_text("\n".join([(tmp_path / "secrets.env").read_text(), *lines, ""]))
    environment = {
        "PATH": os.environ["PATH"],
        "PORTAL_ENV": str(portal_env),
        "VAR_DIR": str(tmp_path),
        "STATIC_ROOT": str(tmp_path / "collected"),
        "SEALING_PUBLIC_KEYS": str(tmp_path / "keys" / "public.json"),
    }
    result = subprocess.run(
        [BASE_DIR / "bin" / "release"], env=environment, capture_output=True, text=True, check=False, timeout=400
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / "collected" / "staticfiles.json").exists()
    assert not (tmp_path / "demo-accounts.json").exists()
    assert_modules_are_named_by_their_hashes(tmp_path / "collected")


def assert_modules_are_named_by_their_hashes(collected: Path) -> None:
    """Every module that a module of ours imports is there, under the hash of what it holds."""
    hashed = json.loads((collected / "staticfiles.json").read_text())["paths"]
    sources = [name for name in hashed if name.startswith("js/")]
    imports = {
        (collected / hashed[name]).parent / target
        for name in sources
        for target in re.findall(r'(?:from |import\()["`\'](\.[^"`\']*)', (collected / hashed[name]).read_text())
    }
    assert {path.name.partition(".")[0] for path in imports} >= {"attempt", "labels", "drag", "sort", "story"}
    known = {collected / name for name in hashed.values()}
    assert {path.resolve() for path in imports} <= known
