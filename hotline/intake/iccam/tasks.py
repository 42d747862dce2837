"""Periodic task that imports assigned content from ICCAM."""

from celery import shared_task
from django.utils import timezone

from hotline.intake.iccam import services


@shared_task(name="hotline.import_iccam", soft_time_limit=240, time_limit=280)
def import_iccam() -> None:
    """Every minute, if ICCAM is configured: import content assigned by partner hotlines."""
    services.import_assigned(now=timezone.now())
