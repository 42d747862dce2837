"""Readiness while the database is down: no test database is set up here, and none could be reached."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from clicksafely.common.queue import heartbeat


@pytest.mark.filterwarnings("default")
def test_not_ready_without_a_database(
    client: Client, settings: Settings, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeat.record_heartbeat(settings.REDIS_URL)
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    with django_db_blocker.unblock():
        answer = client.get("/readyz")
    assert answer.status_code == 503
    found = answer.json()
    states = {name: found[name] for name in ("database", "broker", "migrations", "worker")}
    assert states == {"database": "unreachable", "broker": "ok", "migrations": "unknown", "worker": "ok"}
