"""Static checks of the deployment files."""

import json
import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import Resolver404, resolve, reverse
from honcho.environ import parse_procfile

from clicksafely.common.crypto import keyring, part_secrets
from clicksafely.common.database_roles.grant_table import PARTS as PARTS_OF_THE_DATABASE
from clicksafely.common.database_roles.grant_table import role_name
from clicksafely.common.http import body_reception
from tests import valkey_users

BASE_DIR = Path(__file__).resolve().parent.parent
PARTS = parse_procfile((BASE_DIR / "Procfile").read_text()).processes
COMPOSE = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
OWN = {"secrets", "release", "web", "staff", "worker", "sealed", "outside", "alerting", "beat"}
# The part that each service is.
SERVICES = {"release": "owner", "web": "public", "alerting": "outside"} | {
    name: name for name in ("staff", "worker", "sealed", "outside", "beat")
}


def with_key(name: str) -> set[str]:
    """Return the services that mount this file of the keys."""
    return {service for service in COMPOSE["services"] if f"./deploy/secrets/keys/{name}" in mounts(service)}


def mounts(service: str) -> set[str]:
    """Return the sources of a service's mounts."""
    volumes = COMPOSE["services"][service].get("volumes", [])
    return {volume["source"] if isinstance(volume, dict) else volume.partition(":")[0] for volume in volumes}


def unit(path: str) -> dict[str, dict[str, list[str]]]:
    """Return a systemd unit: section -> key -> all values."""
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


def test_the_check_of_the_alerting_runs_every_two_minutes_as_its_timer_does() -> None:
    service, outside = COMPOSE["services"]["alerting"], COMPOSE["services"]["outside"]
    assert {key for key in {**service, **outside} if service.get(key) != outside.get(key)} == {
        "command",
        "depends_on",
        "mem_limit",
        "pids_limit",
    }
    assert set(service["depends_on"]) == {"postgres", "release"}
    script = service["command"][-1]
    assert "; do python manage.py check_alerting; sleep 120 & wait $$!; done" in script
    assert unit("clicksafely-alerting.timer")["Timer"]["OnCalendar"] == ["*:0/2"]
    checked = unit("clicksafely-alerting.service")["Service"]
    assert checked["ExecStart"] == ["/opt/clicksafely/.venv/bin/python manage.py check_alerting"]
    assert "/etc/clicksafely/outside.env" in checked["EnvironmentFile"]


def test_the_loop_of_the_check_survives_faults_and_ends_at_once(tmp_path: Path) -> None:
    """The command of the service with a check that fails, and no pause before the second one."""
    script = COMPOSE["services"]["alerting"]["command"][-1].replace("$$", "$")
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$@"\nexit 1\n')
    python.chmod(0o755)
    loop = script.replace("sleep 120", "sleep 0.01")
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with subprocess.Popen(["sh", "-c", loop], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["manage.py check_alerting\n"] * 2
        process.terminate()
        process.stdout.close()
        assert process.wait(timeout=300) == 0
    # While it waits for the next check.
    with subprocess.Popen(
        ["sh", "-c", script.replace("sleep 120", "sleep 3")], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        process.stdout.close()
        assert process.wait(timeout=300) == 0


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
        "alerting": "public",
        "beat": "public",
    }
    with_private_keys = {name for name in COMPOSE["services"] if "./deploy/secrets/keys/private.json" in mounts(name)}
    assert with_private_keys == {"staff", "sealed"}
    assert with_key("signing-private.pem") == {"staff"}
    assert with_key("signing-public.json") == {"staff", "sealed", "outside", "alerting"}
    whole_folder = {name for name in COMPOSE["services"] if "./deploy/secrets" in mounts(name)}
    assert whole_folder == {"secrets"}
    assert COMPOSE["services"]["secrets"]["profiles"] == ["setup"]


def test_nothing_but_the_doors_can_be_reached_and_those_from_this_machine_only() -> None:
    ports = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"], "staff": ["127.0.0.1:8001:8000"]}
    assert {name for name, network in COMPOSE["networks"].items() if network} == {"back", "back-public", "back-outside"}
    assert {network["internal"] for network in COMPOSE["networks"].values() if network} == {True}


def test_no_two_parts_that_read_foreign_input_share_a_network() -> None:
    networks = {name: set(service["networks"]) for name, service in COMPOSE["services"].items()}
    assert networks["web"] == {"back-public", "front"}
    assert networks["outside"] == {"back-outside", "out"}
    assert networks["staff"] == {"back", "front-staff"}
    servers = {"postgres", "valkey"}
    # The check of the alerting is the part `outside`: its role of the database, its secrets.
    for parts in ({"web"}, {"outside", "alerting"}):
        for name in parts:
            assert {other for other in networks if networks[other] & networks[name]} == {*parts, *servers}
    beside_staff = {name for name in networks if networks[name] & networks["staff"]} - {"staff"}
    # `release` and `secrets` end before the others start.
    assert beside_staff - servers == {"worker", "sealed", "beat", "release", "secrets"}


def test_beat_mounts_its_secrets_only() -> None:
    assert mounts("beat") == {"./deploy/secrets/secrets-beat.env"}


def test_every_service_has_limits_no_capabilities_and_an_exact_image() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["security_opt"] == ["no-new-privileges:true"], name
        if name != "secrets":
            assert service["cap_drop"] == ["ALL"], name
            assert service["mem_limit"], name
            assert service["pids_limit"], name
        if "build" not in service:
            assert re.search(r":\d+\.\d+", service["image"]), name
    assert {name for name, service in COMPOSE["services"].items() if service.get("cap_add")} == {"postgres"}
    bases = re.findall(r"^FROM (\S+)", (BASE_DIR / "Dockerfile").read_text(), re.MULTILINE)
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-\S+", base) for base in bases)
    assert len(set(bases)) == 1


def test_each_part_has_its_own_user_of_valkey() -> None:
    users = {name: COMPOSE["services"][name]["environment"].get("REDIS_URL", "") for name in OWN}
    parts = {
        "web": "public",
        "release": "staff",
        "alerting": "outside",
        **{name: name for name in ("staff", "worker", "sealed", "outside", "beat")},
    }
    expected = {
        name: f"redis://{part}:${{VALKEY_PASSWORD_{part.upper()}:?set it in .env}}@valkey:6379/0"
        for name, part in parts.items()
    }
    assert users == {"secrets": "", **expected}
    given = set(COMPOSE["services"]["valkey"]["environment"])
    assert given == {f"VALKEY_PASSWORD_{part.upper()}" for part in PARTS_OF_THE_DATABASE}
    assert set(valkey_users.printed_users()) == {"default", *PARTS_OF_THE_DATABASE}


def test_one_part_alone_may_speak_to_servers_of_others() -> None:
    assert {name for name in COMPOSE["services"] if "out" in COMPOSE["services"][name]["networks"]} == {
        "outside",
        "alerting",
    }
    queues = {name: COMPOSE["services"][name]["environment"].get("WORKER_QUEUES") for name in ("worker", "sealed")}
    assert queues == {"worker": "celery", "sealed": "sealed"}
    assert '--queues "${WORKER_QUEUES:-celery,sealed}"' in PARTS["worker"]
    assert "--queues outside" in PARTS["outside"]


def test_valkey_keeps_nothing_on_disk() -> None:
    assert "--save '' --appendonly no" in COMPOSE["services"]["valkey"]["command"][-1]
    assert mounts("valkey") == {"./deploy/valkey/print-users.sh"}
    assert COMPOSE["services"]["valkey"]["tmpfs"] == ["/data:mode=1777"]


def test_no_server_logs_what_a_person_searched_for() -> None:
    nginx = (BASE_DIR / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"^\s*(access_log|error_log)\s+(.*);", nginx, re.MULTILINE) == [
        ("access_log", "off"),
        ("error_log", "/dev/null crit"),
    ]
    # Caddy writes an access log only for a site with a block `log`; the only one here is for its own log.
    caddy = re.sub(r"#.*", "", (BASE_DIR / "deploy" / "Caddyfile").read_text())
    assert re.findall(r"\blog\s*\{([^}]*)\}", caddy) == ["\n\t\toutput discard\n\t"]
    assert "log_append" not in caddy
    assert "--no-access-log" in PARTS["web"]
    # PostgreSQL logs neither statements nor their parameters.
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


def test_each_part_has_its_own_database_role_and_password() -> None:
    found = {name: COMPOSE["services"][name]["environment"].get("DATABASE_URL", "") for name in OWN}
    roles = {
        "release": "",
        "web": "public",
        "alerting": "outside",
        **{name: name for name in ("staff", "worker", "sealed", "outside", "beat")},
    }
    assert set(roles.values()) - {""} == set(PARTS_OF_THE_DATABASE)
    expected = {
        name: f"postgresql://{role_name(part) if part else 'clicksafely'}"
        f":${{POSTGRES_PASSWORD_{part.upper() or 'OWNER'}:?set it in .env}}@postgres/clicksafely"
        for name, part in roles.items()
    }
    assert found == {"secrets": "", **expected}
    # No other service knows a password, and no part the one of the superuser.
    for name in OWN:
        environment = COMPOSE["services"][name]["environment"]
        assert {key for key, value in environment.items() if "POSTGRES_PASSWORD" in str(value)} <= {"DATABASE_URL"}
    assert COMPOSE["services"]["postgres"]["environment"]["POSTGRES_USER"] == "postgres"


def test_the_script_of_the_database_creates_the_roles_and_no_superuser() -> None:
    script = BASE_DIR / "deploy" / "postgres" / "create-roles.sh"
    assert script.stat().st_mode & stat.S_IXUSR
    created = re.findall(r"^CREATE ROLE (\w+) (.*) PASSWORD :'\w+';$", script.read_text(), re.MULTILINE)
    assert created == [("clicksafely", "LOGIN"), *((role_name(part), "LOGIN") for part in PARTS_OF_THE_DATABASE)]
    passwords = re.findall(r"^\\getenv \w+ (\w+)$", script.read_text(), re.MULTILINE)
    given = set(COMPOSE["services"]["postgres"]["environment"])
    assert set(passwords) == {name for name in given if name.startswith("POSTGRES_PASSWORD_")}


def test_only_releases_and_backups_connect_as_the_owner_of_the_database() -> None:
    assert "/etc/clicksafely/owner.env" in unit("clicksafely-backup.service")["Service"]["EnvironmentFile"]
    assert unit("clicksafely@.service")["Service"]["EnvironmentFile"] == [
        "/etc/clicksafely/portal.env",
        "/etc/clicksafely/%i.env",
    ]
    assert "owner.env" in (BASE_DIR / "bin" / "release").read_text()


def test_image_runs_unprivileged_and_copies_existing_files() -> None:
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
    assert postgres["image"].startswith(f"postgres:{client[1]}.")
    # The data folder of images before 18; later ones use its parent.
    assert int(client[1]) < 18
    assert postgres["volumes"][0] == "database:/var/lib/postgresql/data"


def test_image_installs_production_and_the_client_of_a_bucket() -> None:
    installed = re.findall(r"-r (requirements\S*)", (BASE_DIR / "Dockerfile").read_text())
    assert installed == ["requirements-uv.txt", "requirements-s3.txt"]
    assert "MEDIA_S3_BUCKET" in COMPOSE["services"]["web"]["environment"]


def test_only_who_queues_mail_and_who_sends_it_knows_a_mail_server() -> None:
    for name in SERVICES:
        told = {key for key in COMPOSE["services"][name]["environment"] if key.startswith("MAIL_")}
        knows = name in {"staff", "outside", "alerting"}
        assert ("MAIL_SMTP_URL" in told, "MAIL_SECRET" in told) == (knows, False), name


def test_each_service_has_the_secrets_of_its_part_only() -> None:
    parts = {name: COMPOSE["services"][name]["environment"].get("PART") for name in SERVICES}
    assert parts == SERVICES
    for name, part in SERVICES.items():
        volumes = COMPOSE["services"][name]["volumes"]
        of_secrets = [volume for volume in volumes if "secrets-" in str(volume)]
        file = f"secrets-{part}.env"
        assert [(volume["source"], volume["target"]) for volume in of_secrets] == [
            (f"./deploy/secrets/{file}", f"/var/lib/clicksafely/{file}")
        ]


def test_the_service_of_the_secrets_creates_all_files_that_others_mount(tmp_path: Path) -> None:
    """Its command, with the environment of the container and of the image alone."""
    service, inside = COMPOSE["services"]["secrets"], "/secrets"
    assert (service["environment"], service["volumes"]) == ({"VAR_DIR": inside}, [f"./deploy/secrets:{inside}"])
    assert (service["user"], service["cap_drop"]) == ("root", [])
    folder, path = tmp_path / "secrets", f"{BASE_DIR / '.venv' / 'bin'}:/usr/bin:/bin"
    shell, option, command = service["command"]
    command = command.replace(inside, str(folder))
    if os.geteuid():
        command, _, others = command.partition(" && ")
        assert others == f"chown -R 10001 {folder}"
    subprocess.run([shell, option, command], env={"PATH": path, "VAR_DIR": str(folder)}, cwd=BASE_DIR, check=True)
    mounted = {
        Path(source).relative_to("deploy/secrets")
        for name in OWN - {"secrets"}
        for source in mounts(name)
        if source.startswith("./deploy/secrets/")
    }
    files = {file for file in mounted if file.suffix}
    assert len(files) > len(part_secrets.PARTS)
    found = {file.relative_to(folder): file.stat() for file in folder.rglob("*") if file.is_file()}
    assert files <= set(found)
    owner = 10001 if os.geteuid() == 0 else os.geteuid()
    assert {(each.st_uid, stat.S_IMODE(each.st_mode)) for each in found.values()} == {(owner, 0o600)}


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
    written = re.findall(r"^env_of (\w+) +(\w+) ", install, re.MULTILINE)
    assert dict(written) == {"owner": "owner", "web": "public"} | {
        name: name for name in ("staff", "worker", "sealed", "outside", "beat")
    }
    assert set(dict(written).values()) == set(part_secrets.PARTS)
    assert "PART=owner" in unit("clicksafely-backup.service")["Service"]["Environment"]
    assert " PART=owner\n" in (BASE_DIR / "bin" / "release").read_text()


def test_a_part_becomes_its_line_of_the_procfile() -> None:
    script = BASE_DIR / "bin" / "part"
    assert script.stat().st_mode & stat.S_IXUSR
    result = subprocess.run([script, "mailer"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (1, "The Procfile has no part named mailer.\n")


def test_units_name_what_exists() -> None:
    service = unit("clicksafely@.service")
    assert service["Service"]["ExecStart"] == ["/opt/clicksafely/bin/part ${PROGRAM}"]
    assert service["Service"]["ExecStartPre"] == ["/opt/clicksafely/.venv/bin/python manage.py replay_erasures"]
    wanted = unit("clicksafely.target")["Unit"]["Wants"][0].split()
    assert wanted == [f"clicksafely@{name}.service" for name in ("web", "staff", "worker", "sealed", "outside", "beat")]
    assert "LoadCredential" not in service["Service"]
    opens = "private.json:/etc/clicksafely/private.json"
    signs = "signing-private.pem:/etc/clicksafely/signing-private.pem"
    for name, credentials in (("staff", [opens, signs]), ("sealed", [opens])):
        assert unit(f"clicksafely@{name}.service.d/keys.conf")["Service"]["LoadCredential"] == credentials


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


def test_the_proxy_writes_no_address_down() -> None:
    lines = [line.split("#")[0].strip() for line in (BASE_DIR / "deploy" / "nginx.conf").read_text().splitlines()]
    assert [line for line in lines if line.startswith(("access_log", "error_log", "log_format"))] == [
        "access_log off;",
        "error_log /dev/null crit;",
    ]


def test_proxy_buffers_request_bodies() -> None:
    public = (BASE_DIR / "deploy" / "nginx.conf").read_text().partition("# The staff process")[0]
    directives = dict(
        line.split("#")[0].strip().rstrip(";").split(None, 1) for line in public.splitlines() if ";" in line
    )
    assert directives["proxy_request_buffering"] == "on"
    assert {"client_header_timeout": "10s", "client_body_timeout": "15s"}.items() <= directives.items()
    assert {"limit_conn", "limit_conn_zone", "limit_req", "limit_req_zone"} <= directives.keys()
    # Buffered completely, and never on disk.
    assert directives["client_body_buffer_size"] == directives["client_max_body_size"]


def named_addresses(text: str) -> set[str]:
    """Return the paths that the matchers of a proxy (nginx: `location`, Caddy: `path`) and the code of a document name."""
    found = set[str]()
    for pattern in re.findall(r"^\s*location (?:[=~^*]+ )?(\S+) \{", text, re.MULTILINE):
        before, group, after = re.fullmatch(r"\^?([^()]*)(?:\(([^()]*)\))?([^()]*)", pattern).groups()  # type: ignore[union-attr]
        found |= {f"{before}{part}{after}" for part in (group or "").split("|")}
    for paths in re.findall(r"^\s*@\w+ path (.+)$", text, re.MULTILINE):
        found |= {path.removesuffix("*") for path in paths.split()}
    return found | set(re.findall(r"`(/(?:admin/|sr/|en/|readyz|healthz|metrics)[^`]*)`", text))


@pytest.mark.parametrize(
    "path",
    [path for name in ("deploy", "docs/operations") for path in sorted((BASE_DIR / name).rglob("*")) if path.is_file()],
    ids=lambda path: path.name,
)
def test_an_address_of_the_proxies_and_documents_is_one_of_the_portal(path: Path) -> None:
    missing = []
    for address in named_addresses(path.read_text()):
        try:
            resolve(address.partition("?")[0])
        except Resolver404:
            missing.append(address)
    assert missing == []


def test_pages_with_large_files_have_the_large_limit_of_both_proxies() -> None:
    names = ("library_resource_changelist", "news_article_changelist", "hotline-add-hash-list")
    large = {reverse(f"admin:{name}") for name in names}
    nginx, caddy = ((BASE_DIR / "deploy" / name).read_text() for name in ("nginx.conf", "Caddyfile"))
    raised = {
        address
        for block in re.findall(r"location [^{]+\{[^}]*\}", nginx)
        if "2049m" in block
        for address in named_addresses(f"{block}\n")
    }
    assert raised == large
    assert named_addresses("\n".join(line for line in caddy.splitlines() if "@large path" in line)) == large


def test_caddy_keeps_no_log_and_hides_what_is_for_the_inside() -> None:
    text = (BASE_DIR / "deploy" / "Caddyfile").read_text()
    directives = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert [line for line in directives if line.startswith(("log", "output"))] == ["log {", "output discard"]
    assert directives.count("@inside path /readyz /metrics") == directives.count("respond @inside 404") == 3
    assert "abort @outside" in directives
    public = text.partition("# The staff process")[0]
    # The public site and the onion service.
    assert re.findall(r"(?:max_size|request_buffers) (\w+)", public) == ["60MB", "60MiB"] * 2
    assert {"read_header 10s", "read_body 10m"} <= set(directives)


def test_a_proxy_buffers_before_the_onion_service() -> None:
    port = re.search(r"HiddenServicePort 80 127.0.0.1:(\d+)", (BASE_DIR / "docs/operations/install.md").read_text())
    assert port
    nginx = (BASE_DIR / "deploy" / "nginx.conf").read_text()
    (server,) = [each for each in nginx.split("\nserver {")[1:] if f"listen 127.0.0.1:{port[1]};" in each]
    assert "proxy_request_buffering on;" in server
    assert "proxy_pass http://127.0.0.1:8002;" in server
    # The site trusts no claimed address, and the limits for one address would be those of all its visitors.
    assert "X-Forwarded" not in server
    assert "limit_" not in server
    assert f"http://:{port[1]} {{\n\tbind 127.0.0.1\n" in (BASE_DIR / "deploy" / "Caddyfile").read_text()


def test_web_servers_limit_the_time_of_a_head_and_have_threads_for_slow_bodies() -> None:
    options = PARTS["web"].split()
    assert int(options[options.index("--http1-header-read-timeout") + 1]) <= 10_000
    places = body_reception.RECEIVED_AT_ONCE + body_reception.UPLOAD_THREADS + body_reception.DJANGO_THREADS
    assert int(options[options.index("--blocking-threads") + 1]) > places


@pytest.mark.parametrize("path", ["clicksafely@.service", "clicksafely-backup.service"])
def test_a_process_without_bounds_fails_alone(path: str) -> None:
    service = unit(path)["Service"]
    assert {"MemoryMax", "TasksMax", "LimitNOFILE", "LimitCORE", "CPUWeight"} <= service.keys()
    # A memory image would contain what was opened.
    assert service["LimitCORE"] == ["0"]


@pytest.mark.parametrize("name", list(PARTS))
def test_no_part_logs_requests(name: str) -> None:
    assert "--access-log" not in PARTS[name].replace("--no-access-log", "")
    assert name != "web" or "--no-access-log" in PARTS[name]


@pytest.mark.slow
def test_a_release_prepares_and_checks_with_the_environment_of_the_units(tmp_path: Path) -> None:
    keyring.generate_rings(tmp_path)
    portal_env = tmp_path / "portal.env"
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    production = {
        "ALLOWED_HOSTS": "portal.example.org",
        "SITE_URL": "https://portal.example.org",
    }
    settings = {**given, **production, "TRUSTED_PROXIES": "127.0.0.1,::1"}
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
    known = {collected / name for name in hashed.values()}
    assert {path.resolve() for path in imports} <= known
