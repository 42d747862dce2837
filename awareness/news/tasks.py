"""What the news do by the clock."""

from celery import shared_task
from django.utils import timezone

from awareness.news.files import delete_orphan_files


@shared_task(name="news.delete_orphan_files")
def sweep_news_files() -> None:
    """Once a day."""
    delete_orphan_files(now=timezone.now())
