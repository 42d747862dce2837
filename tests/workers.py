"""Celery workers as the Procfile starts them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from clicksafely.celery import app
from tests.hotline.intake.test_faults import own_database
from tests.servers import BASE_DIR

_OPTIONS = ["--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "critical"]


@contextmanager
def outside_worker(*names: str, **environment: str) -> Iterator[None]:
    """Run the worker that connects to third-party servers, on the database of this test.

    It gets the present values of the settings in `names`, and `environment`. Its queue is emptied at the end.
    """
    command = [sys.executable, "-m", "celery", "--app", "clicksafely", "worker", "--queues", "outside", *_OPTIONS]
    values = {name: str(getattr(settings, name)) for name in names}
    env = {**os.environ, **values, "DATABASE_URL": own_database(), **environment}
    process = subprocess.Popen(command, cwd=BASE_DIR, env=env)
    try:
        yield
    finally:
        process.kill()
        process.wait()
        with app.connection_for_write() as broker:
            broker.default_channel.queue_purge("outside")
