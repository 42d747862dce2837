"""Attacks with the Valkey password of one part, and what each part needs."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from redis import Redis
from redis.exceptions import NoPermissionError, RedisError

from clicksafely.common.http.rate_limits import COUNT
from clicksafely.common.queue import heartbeat
from clicksafely.monitoring import request_latency
from tests import valkey_users
from tests.cases import failed_cases
from tests.servers import own_queue

ATTACKS: dict[str, tuple[object, ...]] = {
    "read a queue": ("LRANGE", "celery", 0, -1),
    "wait for a task": ("BRPOP", "sealed", 1),
    "queue a task for the process with the private keys": ("LPUSH", "sealed", "{}"),
    "have its tasks delivered elsewhere": ("SADD", "_kombu.binding.sealed", "sealed\x06\x16\x06\x16celery"),
    "read tasks in progress": ("HGETALL", "unacked"),
    "drop tasks in progress": ("DEL", "unacked"),
    "reset a limit": ("DEL", "limit:report:all"),
    "list all keys": ("KEYS", "*"),
    "pretend that a worker is alive": ("SET", "clicksafely:heartbeat:sealed", 1),
    "read the figures of the staff site": ("HGETALL", "clicksafely:latency:staff"),
    "falsify the figures of the staff site": ("HINCRBY", "clicksafely:latency:staff", "x", 1),
    "command the workers": ("PUBLISH", "/0.celery.pidbox", "{}"),
    "listen to messages": ("SUBSCRIBE", "/0.celery.pidbox"),
    "watch all commands": ("MONITOR",),
    "erase everything": ("FLUSHALL",),
    "write a file on the server": ("CONFIG", "SET", "dir", "/etc"),
    "list the other users": ("ACL", "LIST"),
    "stop the server": ("SHUTDOWN",),
    "copy the data": ("REPLICAOF", "203.0.113.1", 6379),
    "end the connections of others": ("CLIENT", "KILL", "TYPE", "normal"),
    "do it in a script": ("EVAL", "return redis.call('LRANGE', 'celery', 0, -1)", 0),
    "do it in a script that names the key": ("EVAL", "return redis.call('RPOP', KEYS[1])", 1, "limit:x"),
}


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    url = own_queue(settings.VAR_DIR, "valkey-users", 8)
    valkey_users.create(url)
    return url


@pytest.fixture
def client(broker: str) -> Iterator[Callable[[str], Redis]]:
    clients: list[Redis] = []

    def connect(part: str) -> Redis:
        clients.append(Redis.from_url(valkey_users.as_user(broker, part)))
        return clients[-1]

    yield connect
    for each in clients:
        each.close()


def test_the_public_user_is_refused(client: Callable[[str], Redis]) -> None:
    def check(attack: str) -> None:
        with pytest.raises(RedisError, match=r"(?i)permission"):
            client("public").execute_command(*ATTACKS[attack])

    assert failed_cases(check, ATTACKS) == {}


@pytest.mark.parametrize("part", ["outside", "beat", "worker"])
def test_workers_take_no_task_of_another_part_and_command_nothing(client: Callable[[str], Redis], part: str) -> None:
    for attack in ("wait for a task", "command the workers", "erase everything", "list the other users"):
        with pytest.raises(NoPermissionError):
            client(part).execute_command(*ATTACKS[attack])


def test_without_a_password_only_a_health_check_is_answered() -> None:
    assert valkey_users.printed_users()["default"] == ["on", "nopass", "resetchannels", "-@all", "+ping"]


@pytest.mark.parametrize("part", ["worker", "sealed", "outside", "beat"])
def test_a_part_gives_its_own_sign_of_life_only(broker: str, part: str) -> None:
    """What the parts need: the browser tests run all parts with their users, and fail if Valkey refused a command."""
    url = valkey_users.as_user(broker, part)
    heartbeat.record_heartbeat(url, part)
    for other in set(heartbeat.HEARTBEATS) - {part}:
        with pytest.raises(NoPermissionError):
            heartbeat.record_heartbeat(url, other)


@pytest.mark.parametrize("part", ["public", "staff"])
def test_a_site_counts_and_reads_heartbeats(
    client: Callable[[str], Redis], broker: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [f"limit:{part}:a", f"limit:{part}:all"]
    assert client(part).register_script(COUNT)(keys=keys, args=[1, 60, 5, 5]) == [1, 1]
    monkeypatch.setattr(settings, "REDIS_URL", valkey_users.as_user(broker, part))
    monkeypatch.setattr(settings, "PORTAL", part)
    heartbeat.live_processes(settings.REDIS_URL)
    counters = request_latency.LatencyCounters()
    counters.add("report", 200, 0.01)
    counters.flush()
    monkeypatch.setattr(settings, "REDIS_URL", valkey_users.as_user(broker, "staff"))
    assert request_latency.stored_counts()[part, "report", "status", "2xx"] >= 1
