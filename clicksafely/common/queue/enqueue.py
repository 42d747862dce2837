"""Publishes tasks from requests and services."""

import logging

from celery import current_app

logger = logging.getLogger(__name__)


def enqueue_task(task: str, *, countdown: float | None = None, **kwargs: int) -> None:
    """Publish a task by its name, after the transaction has committed. `countdown`: seconds until it may start.

    Never raises: a periodic task resumes what the broker did not accept or lost.
    """
    try:
        current_app.send_task(task, kwargs=kwargs, countdown=countdown, retry=False)
    except Exception:  # clients and brokers raise many kinds of exceptions
        logger.warning("The broker did not accept %s; a periodic task will resume the work.", task, exc_info=True)
