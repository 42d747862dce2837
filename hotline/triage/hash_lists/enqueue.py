"""Enqueues hash list tasks by name. The sweeps find work that the broker missed."""

import logging

from celery import current_app

logger = logging.getLogger(__name__)

MATCH = "hotline.match_hashes"
IMPORT = "hotline.import_hash_list"
ERASE = "hotline.erase_hash_list"
SWEEP = "hotline.sweep_unmatched"


def enqueue_task(task: str, **kwargs: int) -> None:
    """Publish a task, after the transaction is committed. Never raises. A broker failure only delays the work."""
    try:
        current_app.send_task(task, kwargs=kwargs, retry=False)
    except Exception:  # any client or broker error: the sweep resumes the work
        logger.warning("The task broker is unavailable. The sweep will resume the hash list task.", exc_info=True)
