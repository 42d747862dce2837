"""Queueing of triage: reports together, and more than fit."""

import base64
import json
import queue as queues
import threading

import pytest
import redis
from django.conf import settings

from hotline.triage import enqueue
from hotline.triage.enqueue import enqueue_triage
from tests.waiting import until


@pytest.fixture(autouse=True)
def _own_publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has its own publisher thread and reports; the threads of earlier tests wait at their own queues."""
    monkeypatch.setattr(enqueue, "_publisher", None)
    monkeypatch.setattr(enqueue, "_waiting", queues.Queue(maxsize=1000))


@pytest.fixture
def queue() -> redis.Redis:
    """The broker of this test process, with nothing in it."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.delete("celery")
    return client


def test_the_worker_gets_the_report(queue: redis.Redis) -> None:
    enqueue_triage(42)
    until(lambda: _enqueued(queue) == [42])
    assert json.loads(queue.lindex("celery", 0))["headers"]["task"] == "hotline.triage_report"
    queue.delete("celery")
    queue.close()


def test_concurrent_reports_are_enqueued_together(queue: redis.Redis) -> None:
    publishers = _publishers()
    callers = [threading.Thread(target=enqueue_triage, args=[number]) for number in range(20)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    until(lambda: sorted(_enqueued(queue)) == list(range(20)))
    assert queue.llen("celery") < 20
    assert len(_publishers() - publishers) == 1
    queue.delete("celery")
    queue.close()


def _publishers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "handoff"}


def _enqueued(queue: redis.Redis) -> list[int]:
    messages = [json.loads(message) for message in queue.lrange("celery", 0, -1)]
    kwargs = [json.loads(base64.b64decode(message["body"]))[1] for message in messages]
    return [number for named in kwargs for number in named.get("report_ids", [named.get("report_id")])]


def test_too_many_are_left_to_the_sweep(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """With a blocked publisher, and thus a full queue."""
    monkeypatch.setattr(enqueue, "_publisher", threading.current_thread())
    for number in range(enqueue._waiting.maxsize + 1):
        enqueue_triage(number)
    assert [record.report_id for record in caplog.records] == [enqueue._waiting.maxsize]
