"""Intake's task: pictures of forms that nobody sent."""

from celery import shared_task
from django.utils import timezone

from hotline.intake import services


@shared_task(name="hotline.sweep_unsent_uploads")
def sweep_unsent_uploads() -> None:
    """Every quarter of an hour: erase pictures whose form was not sent within two hours."""
    services.sweep_unsent_uploads(now=timezone.now())
