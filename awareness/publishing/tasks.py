"""Celery tasks of publishing."""

from celery import shared_task
from django.utils import timezone

from awareness.publishing import drafts


@shared_task(name="publishing.publish_due_drafts", soft_time_limit=50, time_limit=55)
def publish_due_drafts() -> None:
    """Publish the drafts whose time has come. Runs every minute. Idempotent."""
    drafts.publish_due_drafts(now=timezone.now())
