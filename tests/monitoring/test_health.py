"""Health endpoints for load balancers and administrators."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from redis import Redis

from clicksafely.common.queue import heartbeat
from clicksafely.common.tasks import link_audit_events
from clicksafely.monitoring import health

pytestmark = pytest.mark.django_db
GOOD = dict.fromkeys(("database", "broker", "key_ring", "migrations", "disk"), "ok")


@pytest.fixture(autouse=True)
def _nothing_remembered(settings: Settings) -> None:
    heartbeat.clear_heartbeats(settings.REDIS_URL)


def test_healthz_runs_no_query(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok\n", "text/plain; charset=utf-8")
    assert len(queries) == 0


def test_ready(client: Client) -> None:
    dead = dict.fromkeys(heartbeat.HEARTBEATS, "no sign of life")
    assert client.get("/readyz").json() == GOOD | dead
    link_audit_events.apply()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == GOOD | dead | {"worker": "ok"}
    assert answer["Cache-Control"] == "no-store"


def test_heartbeat_expires_after_a_minute(client: Client, settings: Settings) -> None:
    link_audit_events.apply()
    with Redis.from_url(settings.REDIS_URL) as server:
        assert 50 < server.ttl(f"{heartbeat.KEY}:worker") <= 60
    heartbeat.clear_heartbeats(settings.REDIS_URL)
    assert client.get("/readyz").json()["worker"] == "no sign of life"


def test_not_ready_without_a_broker(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == GOOD | {"broker": "unreachable"} | dict.fromkeys(heartbeat.HEARTBEATS, "unknown")


def test_not_ready_while_a_migration_is_pending(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == GOOD | {"migrations": "pending"} | dict.fromkeys(heartbeat.HEARTBEATS, "no sign of life")


@pytest.mark.parametrize(
    ("content", "expected"),
    [("{", "unusable"), (None, "unusable"), ('{"hotline": []}', "incomplete")],
)
def test_not_ready_where_nothing_can_be_sealed(
    client: Client, settings: Settings, tmp_path: Path, content: str | None, expected: str
) -> None:
    settings.SEALING_PUBLIC_KEYS = tmp_path / "public.json"
    if content is not None:
        settings.SEALING_PUBLIC_KEYS.write_text(content)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["key_ring"]) == (503, expected)


def test_missing_private_keys_are_reported_by_the_staff_process_only(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.SEALING_PRIVATE_KEYS = tmp_path / "absent"
    settings.PORTAL = "public"
    assert client.get("/readyz").status_code == 200
    settings.PORTAL = "staff"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["key_ring"]) == (503, "no private keys")


def test_full_disk_is_reported_and_stops_no_process(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MIN_FREE_BYTES", 2**62)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["disk"]) == (200, "nearly full")


def test_applied_migrations_are_queried_once(client: Client) -> None:
    client.get("/readyz")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/readyz").status_code == 200
    assert [query["sql"] for query in queries] == ["SELECT 1"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading(client: Client, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert [strict.generic(method, path).status_code for method in ("POST", "DELETE", "TRACE")] == [405] * 3
    assert client.head(path).status_code == 200
