"""Periodic tasks of intake: waiting and expired uploads, idempotency keys."""

from celery import shared_task
from django.utils import timezone

from hotline.intake import pictures, services
from hotline.intake.api import idempotency
from hotline.intake.api.webhooks import services as webhook_services


@shared_task(name="hotline.sweep_unsent_uploads")
def sweep_unsent_uploads() -> None:
    """Every 15 minutes: delete pictures of forms that were not sent in time."""
    services.sweep_unsent_uploads(now=timezone.now())


@shared_task(name="hotline.hide_upload_times")
def hide_upload_times() -> None:
    """Every 15 minutes: rewrite the pictures of the past hours, so that no storage keeps the time of a report."""
    pictures.hide_upload_times(now=timezone.now())


@shared_task(name="hotline.read_waiting_uploads")
def read_waiting_uploads() -> None:
    """Every 15 seconds: read pictures that were sealed as uploaded."""
    pictures.read_waiting_uploads()


@shared_task(name="hotline.purge_partner_requests")
def purge_partner_requests() -> None:
    """Twice a day: delete expired idempotency keys of partners and old messages of their webhooks."""
    idempotency.purge_requests(now=timezone.now())
    webhook_services.purge_messages(now=timezone.now())
