"""Tells the process that checks availability that somebody waits for it; what it misses the clock's sweep finds."""

import logging

from celery import current_app

logger = logging.getLogger(__name__)

TASK = "hotline.check_availability"


def enqueue_checks() -> None:
    """Have what is committed by now checked soon. Never raises: a broker that is away costs half a minute."""
    try:
        current_app.send_task(TASK, retry=False)
    except Exception:  # whatever client and broker come up with, the sweep is the answer to all of it
        logger.warning("The broker takes no check; the sweep will find what is due.", exc_info=True)
