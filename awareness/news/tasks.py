"""Periodic tasks of the news."""

from celery import shared_task
from django.utils import timezone

from awareness.news import files


@shared_task(name="news.delete_orphan_files")
def delete_orphan_files() -> None:
    """Delete orphan files, once a day."""
    files.delete_orphan_files(now=timezone.now())
