"""Periodic tasks of the news."""

from celery import shared_task
from django.utils import timezone

from awareness.news.files import delete_orphan_files


@shared_task(name="news.delete_orphan_files")
def sweep_news_files() -> None:
    """Delete orphan files, once a day."""
    delete_orphan_files(now=timezone.now())
