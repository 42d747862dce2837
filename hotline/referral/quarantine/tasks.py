"""What erases pictures that the police have, where that was not done at once."""

from celery import shared_task
from django.utils import timezone

from hotline.referral.quarantine import services


@shared_task(name="hotline.erase_handed_over", soft_time_limit=60, time_limit=90)
def erase_handed_over() -> None:
    """Every five minutes: finish what a crash or a full disk has left."""
    services.erase_handed_over(now=timezone.now())
