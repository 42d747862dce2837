"""Queueing with a broker that works, is down, does not answer or has recovered."""

import base64
import json
import os
import queue as queues
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import redis
from django.conf import settings

from hotline.triage import enqueue
from hotline.triage.enqueue import enqueue_triage
from tests.servers import BASE_DIR
from tests.waiting import until

PRELUDE = """
import logging, sys, time
from pathlib import Path
import django
django.setup()
from hotline.triage import enqueue
enqueue.PAUSE_SECONDS = 600
"""
# Threads that used the broker. The calling thread must not, because any command may block.
WATCHED = """
import socket, threading
speakers, connect = set(), socket.socket.connect
def heard(self, address):
    speakers.add(threading.current_thread().name)
    return connect(self, address)
socket.socket.connect = heard
for number in range(250):
    enqueue.enqueue_triage(number)
while not speakers:
    time.sleep(0.01)
print(f"speakers={sorted(speakers)}")
"""
# Reports go in hundreds: when the queue is empty, the publisher is done with the first two hundreds.
UNTIL_PUBLISHED = """
while enqueue._waiting.qsize():
    time.sleep(0.01)
"""
RECOVERY = """
from clicksafely.devserver import local_servers
import redis
enqueue.PAUSE_SECONDS = 0.2
enqueue.enqueue_triage(1)
while enqueue._waiting.qsize():
    time.sleep(0.01)
local_servers.hold(Path(sys.argv[1]), postgres=False)
queue = redis.Redis.from_url(local_servers.server_urls(Path(sys.argv[1]))[1])
end = time.monotonic() + 20
while not queue.llen("celery") and time.monotonic() < end:
    enqueue.enqueue_triage(2)
    time.sleep(0.05)
print(queue.llen("celery") > 0)
local_servers.remove_data(Path(sys.argv[1]))
"""


def _run(script: str, redis_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"REDIS_URL": redis_url, "DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
    command = [sys.executable, "-c", PRELUDE + script, *arguments]
    return subprocess.run(command, cwd=BASE_DIR, env=env, capture_output=True, text=True, check=True, timeout=240)


def _speakers(output: str) -> str:
    """The threads that used the broker, extracted from the output with log lines."""
    (line,) = (line for line in output.splitlines() if line.startswith("speakers="))
    return line.removeprefix("speakers=")


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
    queue.delete("celery")
    queue.close()


def test_one_report_is_one_task(queue: redis.Redis) -> None:
    enqueue._publish([42])
    message = json.loads(queue.lpop("celery"))
    assert message["headers"]["task"] == "hotline.triage_report"
    assert message["headers"]["kwargsrepr"] == "{'report_id': 42}"
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


@pytest.mark.slow
def test_unavailable_broker_is_logged_once() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        result = _run(WATCHED + UNTIL_PUBLISHED, f"redis://127.0.0.1:{unused.getsockname()[1]}/0")
    assert _speakers(result.stdout) == "['handoff']"
    assert (result.stdout + result.stderr).count("The task broker is unavailable") == 1


@pytest.mark.slow
def test_a_broker_that_does_not_answer_costs_nothing() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        result = _run(WATCHED, f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
    assert _speakers(result.stdout) == "['handoff']"


@pytest.mark.slow
def test_a_broker_that_is_back_gets_reports_again(tmp_path: Path) -> None:
    url = f"unix://{tmp_path}/servers/run/valkey.sock"
    assert "True" in _run(RECOVERY, url, str(tmp_path)).stdout.splitlines()


def test_too_many_are_left_to_the_sweep(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """With a blocked publisher, and thus a full queue."""
    monkeypatch.setattr(enqueue, "_publisher", threading.current_thread())
    for number in range(enqueue._waiting.maxsize + 1):
        enqueue_triage(number)
    assert [record.report_id for record in caplog.records] == [enqueue._waiting.maxsize]
