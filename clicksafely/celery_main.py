"""Starts a Celery worker or the clock: `python -m clicksafely.celery_main worker|beat OPTIONS`, the options those of Celery's own commands.

Celery's command line brings an interactive shell along, 20 MB in every process, and the clock, left alone, the whole portal, 40 MB more.
"""

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
    """Run the command that the first argument names until it is stopped. Raises KeyError for any other name."""
    command = {"worker": worker, "beat": beat}[arguments[0]]
    # `manage.py prepare` runs the checks once for all parts.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "true")
    if command is beat:
        before_task_publish.connect(record_beat_heartbeat, weak=False)
    context = CLIContext(app=_clock() if command is beat else app, no_color=True, workdir=None, quiet=True)
    command.main(args=arguments[1:], prog_name=arguments[0], obj=context)


def _clock() -> Celery:
    """An application that knows of tasks nothing but their names, times and queues."""
    clock = Celery("clicksafely", amqp=FastReconnectAMQP, fixups=[])
    clock.config_from_object("django.conf:settings", namespace="CELERY")
    # Not by way of Django, whose own handlers, of which none stays, bring its views, models and forms along.
    logs.configure(settings.LOGGING)
    return clock


if __name__ == "__main__":
    main(sys.argv[1:])
