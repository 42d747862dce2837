"""Celery tasks of classes."""

from celery import shared_task
from django.utils import timezone

from awareness.quizzes.live import services


@shared_task(name="quizzes.erase_due_classes", soft_time_limit=120, time_limit=150)
def erase_due_classes() -> None:
    """Erase expired classes, every ten minutes. Idempotent."""
    services.erase_due_classes(now=timezone.now())
