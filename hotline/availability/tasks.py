"""Monitoring's tasks; they run in the worker that waits for servers of others."""

import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from hotline.availability import services
from hotline.availability.enqueue import TASK
from hotline.availability.url_checker import Checker

# A batch takes half a minute at most, so that the task ends well within its limit.
SECONDS = 30


@shared_task(name=TASK, soft_time_limit=100, time_limit=120)
def check_availability() -> None:
    """Every 30 seconds, and when the desk asks: check what is due. No address is requested while AVAILABILITY_CHECKS is off."""
    if not settings.AVAILABILITY_CHECKS:
        return
    checker, end = Checker.from_settings(), time.monotonic() + SECONDS
    while time.monotonic() < end and services.run_due_checks(checker=checker, now=timezone.now()):
        pass
