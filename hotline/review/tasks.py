"""Periodic tasks of case review."""

from celery import shared_task

from clicksafely.common.clock import database_now
from hotline.lifecycle import closings, follow_items
from hotline.review import claims


@shared_task(name="hotline.release_expired_claims")
def release_expired_claims() -> None:
    """Every minute: release cases that were idle for CLAIM_MINUTES."""
    claims.release_expired_claims(now=database_now())


@shared_task(name="hotline.offer_checks")
def offer_checks() -> None:
    """Every minute: queue the drawn decisions for a check, once they can no longer be undone."""
    closings.offer_checks(now=database_now())


@shared_task(name="hotline.update_waiting_reports")
def update_waiting_reports() -> None:
    """Every minute: end reports whose items were decided in another case."""
    follow_items.update_waiting_reports(now=database_now())
