"""Task of retention. Each run erases what earlier runs have left."""

import time

from celery import shared_task
from django.utils import timezone

from hotline.retention import purge

SECONDS = 45
PAUSE_SECONDS = 5


@shared_task(name="hotline.erase_due", soft_time_limit=90, time_limit=120)
def erase_due() -> None:
    """Erase expired data once a day, in small steps that queue the next one until nothing is left."""
    ends = time.monotonic() + SECONDS
    if purge.erase_due(now=timezone.now(), may_continue=lambda: time.monotonic() < ends).more:
        erase_due.apply_async(countdown=PAUSE_SECONDS)
