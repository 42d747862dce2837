"""Enqueues the task that applies changed rules. Without a broker the periodic task runs within a minute."""

import logging

from celery import current_app

logger = logging.getLogger(__name__)

SETTLE = "hotline.apply_rule_changes"


def enqueue_rule_update() -> None:
    """Publish the task with one short attempt. Never raises."""
    try:
        current_app.send_task(SETTLE, retry=False)
    except Exception:  # any client or broker error: the periodic task applies the rules
        logger.warning("The task broker is unavailable. Changed rules are applied within a minute.", exc_info=True)
