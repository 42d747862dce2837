"""The task that erases delivered pictures after a failed erasure."""

from celery import shared_task
from django.utils import timezone

from hotline.referral.quarantine import services


@shared_task(name="hotline.erase_handed_over", soft_time_limit=60, time_limit=90)
def erase_handed_over() -> None:
    """Every five minutes: erase what a crash or a full disk has left."""
    services.erase_handed_over(now=timezone.now())
