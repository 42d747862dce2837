"""Final failures are recorded once, without personal data, and resolved by a later success: with a real worker."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from redis import Redis

from clicksafely.accounts.models import User
from clicksafely.common.models import FailedTask
from clicksafely.common.queue.failed_tasks import retry_failed_task
from tests.common import failing_tasks
from tests.servers import BASE_DIR
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def remedy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("remedy") / "here"


@pytest.fixture(scope="module")
def worker(django_db_setup: None, django_db_blocker: DjangoDbBlocker, remedy: Path) -> Iterator[None]:
    """A worker with two pool processes on the database and the queue of this test process."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "-m", "celery", "--app", "tests.common.failing_tasks", "worker", "--concurrency", "2"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "critical"]
    process = subprocess.Popen(
        [*command, *quiet],
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": database, failing_tasks.REMEDY: str(remedy)},
        start_new_session=True,
    )
    yield
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.flushdb()


def row(task: str) -> FailedTask | None:
    return FailedTask.objects.filter(task=task).first()


def failure_of(task: str, *, tries: int = 1) -> FailedTask:
    """Return the row of a task, once it counts this many runs."""
    until(lambda: (found := row(task)) and found.tries >= tries, what=f"the failure of {task}")
    found = row(task)
    assert found is not None
    return found


@pytest.mark.slow
def test_every_way_to_fail(worker: None) -> None:
    ways = {
        "tests.fail": "builtins.LookupError",
        "tests.hang": "billiard.exceptions.TimeLimitExceeded",
        "tests.dawdle": "billiard.exceptions.SoftTimeLimitExceeded",
        "tests.die": "billiard.exceptions.WorkerLostError",
        "tests.tell": "builtins.ValueError",
    }
    failing_tasks.fail.delay(report_id=7)
    failing_tasks.die.delay()
    failing_tasks.hang.delay()
    failing_tasks.dawdle.delay()
    failing_tasks.fail_with_text.delay(text="what a reporter wrote")
    rows = {task: failure_of(task, tries=3 if task == "tests.fail" else 1) for task in ways}
    assert {task: found.error for task, found in rows.items()} == ways
    assert {found.state for found in rows.values()} == {"open"}
    assert rows["tests.fail"].kwargs == {"report_id": 7}
    # One run and two retries.
    assert rows["tests.fail"].tries == 3
    # One run and one retry; a task that kills its process is not retried without limit.
    assert rows["tests.die"].tries == 2
    assert rows["tests.tell"].kwargs is None
    assert FailedTask.objects.count() == len(ways)


def test_run_again_it_is_settled_or_open_again(worker: None, remedy: Path) -> None:
    supervisor = User.objects.create_user("lead")
    failing_tasks.fail_until.delay(report_id=1)
    retry_failed_task(failed=failure_of("tests.fail_until"), actor=supervisor, now=timezone.now())
    again = failure_of("tests.fail_until", tries=2)
    assert again.state == "open"
    assert again.failed_at > again.first_failed_at
    remedy.touch()
    try:
        retry_failed_task(failed=again, actor=supervisor, now=timezone.now())
        until(lambda: FailedTask.objects.get().state == "done", what="the success")
    finally:
        remedy.unlink()
