"""Tasks of White Papers. The rows are the queue: `resume_editions` enqueues lost tasks again."""

from celery import shared_task
from django.utils import timezone

from clicksafely.common.queue.retries import DATABASE_RETRIES
from youthpanel.white_papers import publishing


@shared_task(name=publishing.MAKE_EDITION_TASK, soft_time_limit=150, time_limit=170, **DATABASE_RETRIES)
def make_edition(*, draft_id: int) -> None:
    """Render and publish one edition. Idempotent; an interrupted run is continued."""
    publishing.make_edition(draft_id=draft_id, clock=timezone.now)


@shared_task(name="youthpanel.resume_editions", soft_time_limit=60, time_limit=90)
def resume_editions() -> None:
    """Enqueue editions that no worker processes. Runs every 15 seconds."""
    publishing.resume_editions(now=timezone.now())
