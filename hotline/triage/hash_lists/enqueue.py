"""Asks for tasks of the hash lists by their names; what a broker that is away misses the sweeps find."""

import logging

from celery import current_app

logger = logging.getLogger(__name__)

MATCH = "hotline.match_hashes"
IMPORT = "hotline.import_hash_list"
ERASE = "hotline.erase_hash_list"
SWEEP = "hotline.sweep_unmatched"


def enqueue_task(task: str, **kwargs: int) -> None:
    """Publish a task, once what it is about is committed. Never raises: a broker that is away costs nothing but time."""
    try:
        current_app.send_task(task, kwargs=kwargs, retry=False)
    except Exception:  # whatever client and broker come up with, the sweep is the answer to all of it
        logger.warning("The broker takes no task of the hash lists; the sweep will find the work.", exc_info=True)
