"""Starts a Celery worker or beat: `python -m clicksafely.celery_main worker|beat OPTIONS`, with Celery's options."""

import os
import sys

from celery import Celery
from celery.bin.base import CLIContext
from celery.bin.beat import beat
from celery.bin.worker import worker
from celery.signals import before_task_publish
from django.conf import settings

from clicksafely.celery import FastReconnectAMQP, app
from clicksafely.common import logs
from clicksafely.monitoring.celery_signals import record_beat_heartbeat


def main(arguments: list[str]) -> None:
    """Run the command named by the first argument until it is stopped. Raises KeyError for an unknown name.

    Celery's own command line imports an interactive shell (20 MB per process).
    """
    command = {"worker": worker, "beat": beat}[arguments[0]]
    # `manage.py prepare` runs the checks once for all parts.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "true")
    if command is beat:
        before_task_publish.connect(record_beat_heartbeat, weak=False)
    context = CLIContext(app=_clock() if command is beat else app, no_color=True, workdir=None, quiet=True)
    command.main(args=arguments[1:], prog_name=arguments[0], obj=context)


def _clock() -> Celery:
    """Return a Celery application that knows only the names, times and queues of tasks.

    Celery's own beat imports the whole portal (40 MB).
    """
    clock = Celery("clicksafely", amqp=FastReconnectAMQP, fixups=[])
    clock.config_from_object("django.conf:settings", namespace="CELERY")
    # Not through Django: its handlers would import the project's views, models and forms and are removed later anyway.
    logs.configure(settings.LOGGING)
    return clock


if __name__ == "__main__":
    main(sys.argv[1:])
