"""Review's tasks: what time brings about without anybody at the desk."""

from celery import shared_task

from clicksafely.common.clock import database_now
from hotline.lifecycle import closings, follow_items
from hotline.review import claims


@shared_task(name="hotline.release_expired_claims")
def release_expired_claims() -> None:
    """Every minute: cases whose holder did nothing for half an hour go back to the queue."""
    claims.release_expired_claims(now=database_now())


@shared_task(name="hotline.offer_checks")
def offer_checks() -> None:
    """Every minute: decisions of the random tenth go to a second person, once they cannot be undone any more."""
    closings.offer_checks(now=database_now())


@shared_task(name="hotline.update_waiting_reports")
def update_waiting_reports() -> None:
    """Every minute: reports whose items were decided in another case end with them."""
    follow_items.update_waiting_reports(now=database_now())
