"""Task of availability checks, in the worker for requests to third-party servers."""

import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from hotline.availability import services
from hotline.availability.scheduling import CHECK_TASK
from hotline.availability.url_checker import Checker

# A batch takes at most half a minute, so the task ends within its time limit.
SECONDS = 30


@shared_task(name=CHECK_TASK, soft_time_limit=100, time_limit=120)
def check_availability() -> None:
    """Run due checks, every 30 seconds and on request. No address is requested while AVAILABILITY_CHECKS is off."""
    if not settings.AVAILABILITY_CHECKS:
        return
    checker, end = Checker.from_settings(), time.monotonic() + SECONDS
    while time.monotonic() < end and services.run_due_checks(checker=checker, now=timezone.now()):
        pass
