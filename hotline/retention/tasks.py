"""Retention's task. What is still there is the queue: what a run does not erase, the next one does."""

import time

from celery import shared_task
from django.utils import timezone

from hotline.retention import purge

SECONDS = 45
PAUSE_SECONDS = 5


@shared_task(name="hotline.erase_due", soft_time_limit=90, time_limit=120)
def erase_due() -> None:
    """Once a day, and then again and again in small steps until nothing is left: erase what has been kept long enough."""
    ends = time.monotonic() + SECONDS
    if purge.erase_due(now=timezone.now(), go_on=lambda: time.monotonic() < ends).more:
        erase_due.apply_async(countdown=PAUSE_SECONDS)
