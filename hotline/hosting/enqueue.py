"""Tells the process that looks up hosts that there is work, once a second at most; what it misses the clock's sweep finds."""

import logging
import time

from celery import current_app

logger = logging.getLogger(__name__)

TASK = "hotline.look_up_hosts"
PAUSE_SECONDS = 1.0
_scheduled = 0.0


def enqueue_lookups() -> None:
    """Have what is committed by now looked up within about a second. Never raises: a broker that is away costs nothing but time.

    The message sent last runs at `_scheduled` or later and covers everything committed before.
    """
    global _scheduled
    now = time.monotonic()
    if now < _scheduled:
        return
    delay = max(0.0, _scheduled + PAUSE_SECONDS - now)
    _scheduled = now + delay
    try:
        current_app.send_task(TASK, countdown=delay or None, retry=False)
    except Exception:  # whatever client and broker come up with, the sweep is the answer to all of it
        logger.warning("The broker takes no look-up; the sweep will find what is due.", exc_info=True)
