"""Static checks of docker-compose.yml, the Dockerfile and what they run."""

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

from clicksafely.common.crypto import part_secrets
from clicksafely.common.database_roles.grant_table import PARTS as PARTS_OF_THE_DATABASE
from clicksafely.common.database_roles.grant_table import role_name
from tests import valkey_users
from tests.deploy.deployment_files import BASE_DIR, COMPOSE, OWN, PARTS, SERVICES, mounts


def with_key(name: str) -> set[str]:
    """Return the services that mount this file of the keys."""
    return {service for service in COMPOSE["services"] if f"./deploy/secrets/keys/{name}" in mounts(service)}


def test_every_process_of_the_design_is_there() -> None:
    assert set(COMPOSE["services"]) == OWN | {"postgres", "valkey"}
    assert list(PARTS) == ["web", "worker", "outside", "beat"]


def test_two_web_services_and_only_staff_services_have_private_keys() -> None:
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


def test_only_the_web_services_publish_ports_on_loopback() -> None:
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
    variables = set(COMPOSE["services"]["valkey"]["environment"])
    assert variables == {f"VALKEY_PASSWORD_{part.upper()}" for part in PARTS_OF_THE_DATABASE}
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


def test_valkey_stores_nothing_on_disk() -> None:
    assert "--save '' --appendonly no" in COMPOSE["services"]["valkey"]["command"][-1]
    assert mounts("valkey") == {"./deploy/valkey/print-users.sh"}
    assert COMPOSE["services"]["valkey"]["tmpfs"] == ["/data:mode=1777"]


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
    variables = set(COMPOSE["services"]["postgres"]["environment"])
    assert set(passwords) == {name for name in variables if name.startswith("POSTGRES_PASSWORD_")}


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


def test_only_services_that_queue_or_send_mail_have_a_mail_server() -> None:
    for name in SERVICES:
        variables = {key for key in COMPOSE["services"][name]["environment"] if key.startswith("MAIL_")}
        knows = name in {"staff", "outside", "alerting"}
        assert ("MAIL_SMTP_URL" in variables, "MAIL_SECRET" in variables) == (knows, False), name


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
