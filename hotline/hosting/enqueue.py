"""Starts host look-ups, at most once a second; the periodic task starts the rest."""

from time import monotonic

from clicksafely.common.queue.enqueue import enqueue_task

TASK = "hotline.look_up_hosts"
PAUSE_SECONDS = 1.0
_scheduled = 0.0


def enqueue_lookups() -> None:
    """Start look-ups of what is committed, within about a second; without a broker they only start later.

    The latest message runs at `_scheduled` or later and covers everything committed before.
    """
    global _scheduled
    now = monotonic()
    if now < _scheduled:
        return
    delay = max(0.0, _scheduled + PAUSE_SECONDS - now)
    _scheduled = now + delay
    enqueue_task(TASK, countdown=delay or None)
