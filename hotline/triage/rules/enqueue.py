"""Asks the worker to hold what waits against the rules; where the broker does not answer, the clock asks within a minute."""

import logging

from celery import current_app

logger = logging.getLogger(__name__)

SETTLE = "hotline.apply_rule_changes"


def enqueue_rule_update() -> None:
    """Returns after one short try, and never raises."""
    try:
        current_app.send_task(SETTLE, retry=False)
    except Exception:  # whatever client and broker come up with, the clock is the answer to all of it
        logger.warning("The broker takes no tasks; rules are settled within a minute.", exc_info=True)
