"""The task that asks ICCAM what is assigned to us."""

from celery import shared_task
from django.utils import timezone

from hotline.intake.iccam import services


@shared_task(name="hotline.import_iccam", soft_time_limit=240, time_limit=280)
def import_iccam() -> None:
    """Every minute, where we take part: take in what partner hotlines assigned to us."""
    services.import_assigned(now=timezone.now())
