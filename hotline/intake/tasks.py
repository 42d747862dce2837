"""Intake's tasks: pictures of forms that nobody sent, idempotency keys past their time."""

from celery import shared_task
from django.utils import timezone

from hotline.intake import services
from hotline.intake.api import idempotency


@shared_task(name="hotline.sweep_unsent_uploads")
def sweep_unsent_uploads() -> None:
    """Every quarter of an hour: erase pictures whose form was not sent within two hours."""
    services.sweep_unsent_uploads(now=timezone.now())


@shared_task(name="hotline.purge_partner_requests")
def purge_partner_requests() -> None:
    """Twice a day: forget the idempotency keys of partners past their days."""
    idempotency.purge_requests(now=timezone.now())
