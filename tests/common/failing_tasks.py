"""Tasks that fail in every possible way, for a worker of the tests: `celery --app tests.common.failing_tasks worker`."""

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

from billiard.exceptions import SoftTimeLimitExceeded

from clicksafely.celery import app

# The file that makes `fail_until` succeed.
REMEDY = "FAILING_REMEDY"


@app.task(name="tests.fail", autoretry_for=(LookupError,), max_retries=2, retry_backoff=False, default_retry_delay=0)
def fail(**ids: int) -> None:
    """Fail, with two retries."""
    raise LookupError("what a reporter wrote")


@app.task(name="tests.fail_until")
def fail_until(**ids: int) -> None:
    """Fail until the file exists."""
    if not Path(os.environ[REMEDY]).exists():
        raise ValueError("not yet")


@app.task(name="tests.hang", soft_time_limit=1, time_limit=2)
def hang() -> None:
    """Hang, ignoring the soft time limit."""
    with suppress(SoftTimeLimitExceeded):
        threading.Event().wait()
    threading.Event().wait()


@app.task(name="tests.dawdle", soft_time_limit=1, time_limit=60)
def dawdle() -> None:
    """Hang until the soft time limit."""
    threading.Event().wait()


@app.task(name="tests.die", max_retries=1)
def die() -> None:
    """Kill the process, every time."""
    os.kill(os.getpid(), signal.SIGKILL)


@app.task(name="tests.tell")
def fail_with_text(*, text: str) -> None:
    """Fail with free text among the arguments, which tasks must not have."""
    raise ValueError(text)
