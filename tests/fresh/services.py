"""The services of docker-compose.yml: start as in docs/operations/install.md, a report that an analyst sees, and their isolation."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from clicksafely.common.crypto.part_secrets import names_of
from clicksafely.common.database_roles.grant_table import PARTS
from clicksafely.devserver.ports import free_port
from tests.fresh.host import FAILURES, Figure, FreshError, clone_checkout, install_tools, print_line, stopwatch
from tests.fresh.image import CHECKOUT, ensure_image, ensure_standin, prepare_podman
from tests.fresh.podman import PROJECT, Compose, docker_api, health, logs, podman, remove_everything
from tests.fresh.users import enrol, file_report, is_ready, open_client, triaged_case
from tests.waiting import until

PUBLIC_HOST, STAFF_HOST = "portal.example.org", "staff.example.org"
# Podman's networks are in the first range, Docker's in the second.
ENV = """\
{passwords}
ALLOWED_HOSTS={hosts}
SITE_URL=https://portal.example.org
TRUSTED_PROXIES=10.0.0.0/8,172.16.0.0/12
"""
# The services that open sealed reports.
KEY_HOLDERS = {"staff", "sealed"}
READY_SECONDS = 600
SEEN_SECONDS = 300
# Printed by a process inside the container: its privileges, readable files and reachable hosts.
FACTS = """
import glob, json, os, re
status = dict(line.split(":\\t", 1) for line in open("/proc/1/status").read().splitlines() if ":\\t" in line)
def writable(path):
    try:
        open(path + "/fresh", "w").close()
    except OSError:
        return False
    return True
def readable(path):
    try:
        return bool(open(path).read())
    except OSError:
        return False
print(json.dumps({
    "uid": int(status["Uid"].split()[0]),
    "capabilities": int(status["CapBnd"], 16),
    "no_new_privileges": status["NoNewPrivs"] == "1",
    "writes_code": writable("/app"),
    "writes_root": writable("/"),
    "writes_media": writable("/var/lib/clicksafely/media"),
    "private_keys": readable("/run/keys/private.json"),
    "signing_key": readable("/run/keys/signing-private.pem"),
    "secrets": sorted(
        line.partition("=")[0] for path in glob.glob("/var/lib/clicksafely/secrets-*") for line in open(path)
    ),
    "way_out": any(line.split()[1] == "00000000" for line in open("/proc/net/route").read().splitlines()[1:]),
}))
"""
CONNECTED = "connected"
CONNECT = f"""
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)
    print("{CONNECTED}")
except OSError:
    pass
"""
# Whether PostgreSQL or Valkey refused, with the credentials in the container and without.
RIGHTS = """
import json, os
import psycopg2, redis
from urllib.parse import urlsplit
database, broker = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
def query(url, statement):
    with psycopg2.connect(url, connect_timeout=3) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
def as_user(url, user):
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.replace(parts.username, user, 1)).geturl()
def refused(action):
    try:
        action()
    except (psycopg2.Error, redis.RedisError) as error:
        return any(word in str(error).lower() for word in ("permission", "authentication", "username-password"))
    return False
print(json.dumps({
    "read sessions of staff": refused(lambda: query(database, "SELECT 1 FROM django_session")),
    "read accounts": refused(lambda: query(database, "SELECT 1 FROM accounts_user")),
    "connect as the staff role": refused(lambda: query(as_user(database, "clicksafely_staff"), "SELECT 1")),
    "connect as the owner": refused(lambda: query(as_user(database, "clicksafely"), "SELECT 1")),
    "become another role": refused(lambda: query(database, "SET ROLE clicksafely_staff")),
    "read a queue": refused(lambda: redis.Redis.from_url(broker).lrange("celery", 0, -1)),
    "erase the queues": refused(lambda: redis.Redis.from_url(broker).flushall()),
    "be another user of Valkey": refused(lambda: redis.Redis.from_url(as_user(broker, "staff")).hlen("unacked")),
    "use Valkey without a password": refused(lambda: redis.Redis(host="valkey").lrange("celery", 0, -1)),
}))
"""


def prove() -> Iterator[Figure]:
    """Yield the measurements. Raises FreshError on a failure or a missing isolation."""
    install_tools("docker-compose")
    prepare_podman()
    commit = clone_checkout(CHECKOUT)
    doors = {"web": free_port(), "staff": free_port()}
    _write_settings(doors)
    compose = Compose(CHECKOUT)
    for service in compose.services.values():
        if "build" not in service:
            ensure_standin(service["image"])
    ensure_image(commit)
    try:
        with docker_api():
            yield from _prove_services(compose, doors)
    except FAILURES:
        for name in podman("ps", "--all", "--format", "{{.Names}}").split():
            print_line(logs(name))
        raise
    finally:
        remove_everything()


def _prove_services(compose: Compose, doors: dict[str, int]) -> Iterator[Figure]:
    compose("run", "--rm", "-T", "secrets")
    with (
        open_client(f"http://127.0.0.1:{doors['web']}", host=PUBLIC_HOST) as public,
        open_client(f"http://127.0.0.1:{doors['staff']}", host=STAFF_HOST) as staff,
    ):
        with stopwatch() as seconds:
            compose("up", "--detach", "--no-build")
            until(
                lambda: is_ready(public) and is_ready(staff), seconds=READY_SECONDS, what="readiness of both processes"
            )
        yield Figure("`docker compose up` with empty volumes until both web processes are ready", seconds[0])
        _check_confinement(compose)
        _check_separation(compose)
        _check_rights(compose)

        enrolment = compose("exec", "-T", "staff", "python", "manage.py", "enrol_staff", "analyst", "--role", "analyst")
        enrol(staff, enrolment)
        receipt, address = file_report(public)
        with stopwatch() as seconds:
            until(lambda: triaged_case(staff, address), seconds=SEEN_SECONDS, what="triage of the report")
        yield Figure("report to triaged case in the analyst's list", seconds[0])
        print_line(f"The report {receipt} was triaged and seen by an analyst.")
        _check_health(compose)

        with stopwatch() as seconds:
            compose("stop")
        yield Figure("`docker compose stop`", seconds[0])
        _check_exits(compose)
        compose("down")
        with stopwatch() as seconds:
            compose("up", "--detach", "--no-build")
            until(
                lambda: is_ready(public) and is_ready(staff), seconds=READY_SECONDS, what="readiness of both processes"
            )
        yield Figure("`docker compose up` with the existing volumes", seconds[0])
        if not triaged_case(staff, address):
            raise FreshError("After `docker compose down` and `up` the case is gone.")
        compose("down", "--volumes")


def _write_settings(doors: dict[str, int]) -> None:
    """The `.env` of docs/operations/install.md, with other ports, because the default ones may be in use."""
    names = ["POSTGRES_PASSWORD", *(f"POSTGRES_PASSWORD_{name.upper()}" for name in ("owner", *PARTS))]
    names += [f"VALKEY_PASSWORD_{part.upper()}" for part in PARTS]
    passwords = "\n".join(f"{name}={secrets.token_hex(32)}" for name in names)
    (CHECKOUT / ".env").write_text(ENV.format(passwords=passwords, hosts=f"{PUBLIC_HOST},{STAFF_HOST}"))
    ports = {name: f'    ports: !override ["127.0.0.1:{port}:8000"]' for name, port in doors.items()}
    (CHECKOUT / "fresh.yml").write_text(
        "\n".join(["services:", *(f"  {name}:\n{line}" for name, line in ports.items()), ""])
    )


def _own_services(compose: Compose) -> dict[str, dict[str, Any]]:
    """The long-running services of the portal's image."""
    return {
        name: service for name, service in compose.services.items() if "build" in service and service["restart"] != "no"
    }


def _check_confinement(compose: Compose) -> None:
    """Check users, capabilities, root file systems, keys and networks against docker-compose.yml."""
    faults = []
    for name, service in _own_services(compose).items():
        found = json.loads(compose("exec", "-T", name, "python", "-", text=FACTS))
        expected = {
            "uid": 10001,
            "capabilities": 0,
            "no_new_privileges": True,
            "writes_code": False,
            "writes_root": False,
            "writes_media": True,
            "private_keys": name in KEY_HOLDERS,
            "signing_key": name == "staff",
            "secrets": sorted(names_of(service["environment"]["PART"])),
            "way_out": any(not network.startswith("back") for network in service["networks"]),
        }
        faults += [f"{name}: {fact} is {found[fact]}" for fact, value in expected.items() if found[fact] != value]
    if faults:
        raise FreshError("\n".join(faults))


def _check_separation(compose: Compose) -> None:
    """Check by name and by address which services a process in the public container and the one for foreign servers reaches."""
    ports = {"postgres": 5432, "valkey": 6379, "staff": 8000, "web": 8000}
    addresses = {name: _addresses(name) for name in ports}
    faults = []
    for name in ("web", "outside"):
        allowed = {"postgres", "valkey", *({"web"} & {name})}
        for server, port in ports.items():
            reached = [
                target
                for target in (server, *addresses[server])
                if CONNECTED in compose("exec", "-T", name, "python", "-", target, str(port), text=CONNECT)
            ]
            if bool(reached) != (server in allowed):
                faults.append(f"{name} reaches {server} at {reached}.")
    if faults:
        raise FreshError("\n".join(faults))


def _check_rights(compose: Compose) -> None:
    """A shell in the public container has no more of PostgreSQL and Valkey than the public role and user."""
    found = json.loads(compose("exec", "-T", "web", "python", "-", text=RIGHTS))
    if faults := [name for name, refused in found.items() if not refused]:
        raise FreshError(f"The public container may {', '.join(faults)}.")


def _addresses(service: str) -> list[str]:
    template = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
    return podman("inspect", "--format", template, f"{PROJECT}-{service}-1").split()


def _check_health(compose: Compose) -> None:
    """Every service with a health check is healthy."""
    for name, service in compose.services.items():
        if "healthcheck" in service:
            container = f"{PROJECT}-{name}-1"
            until(
                lambda container=container: health(container) == "healthy",
                seconds=READY_SECONDS,
                what=f"health of {name}",
            )


def _check_exits(compose: Compose) -> None:
    """Every service ended within its grace period."""
    for name in _own_services(compose):
        code = podman("inspect", "--format", "{{.State.ExitCode}}", f"{PROJECT}-{name}-1").strip()
        if code == "137":
            raise FreshError(f"{name} did not stop within its grace period.")
