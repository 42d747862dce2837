"""What load balancers and operators are told."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from redis import Redis

from clicksafely import health
from clicksafely.common import heartbeat
from clicksafely.common.tasks import chain_audit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered(settings: Settings) -> None:
    health._all_applied.cache_clear()
    heartbeat.forget(settings.REDIS_URL)


def test_alive_asks_nobody(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok\n", "text/plain; charset=utf-8")
    assert len(queries) == 0


def test_ready(client: Client) -> None:
    chain_audit.apply()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "migrations": "ok", "worker": "ok"}
    assert answer["Cache-Control"] == "no-store"


def test_ready_without_a_worker_which_is_said(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "migrations": "ok", "worker": "no sign of life"}


def test_a_sign_of_life_is_forgotten_after_a_minute(client: Client, settings: Settings) -> None:
    chain_audit.apply()
    with Redis.from_url(settings.REDIS_URL) as server:
        assert 50 < server.ttl(heartbeat.KEY) <= 60
    heartbeat.forget(settings.REDIS_URL)
    assert client.get("/readyz").json()["worker"] == "no sign of life"


def test_not_ready_without_a_broker(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "broker": "unreachable", "migrations": "ok", "worker": "unknown"}


def test_not_ready_while_a_migration_is_pending(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "broker": "ok", "migrations": "pending", "worker": "no sign of life"}


def test_applied_migrations_are_looked_up_once(client: Client) -> None:
    client.get("/readyz")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/readyz").status_code == 200
    assert [query["sql"] for query in queries] == ["SELECT 1"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading(client: Client, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    refused = [strict.generic(method, path).status_code for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE")]
    assert refused == [405] * 5
    assert client.head(path).status_code == 200
