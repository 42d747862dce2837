"""Periodic tasks of intake: expired uploads and idempotency keys."""

from celery import shared_task
from django.utils import timezone

from hotline.intake import services
from hotline.intake.api import idempotency


@shared_task(name="hotline.sweep_unsent_uploads")
def sweep_unsent_uploads() -> None:
    """Every 15 minutes: delete pictures of forms that were not sent within two hours."""
    services.sweep_unsent_uploads(now=timezone.now())


@shared_task(name="hotline.purge_partner_requests")
def purge_partner_requests() -> None:
    """Twice a day: delete expired idempotency keys of partners."""
    idempotency.purge_requests(now=timezone.now())
