"""Hands reports over to the worker without ever keeping a visitor waiting for the broker."""

import logging
import queue
import threading
import time

from hotline.triage.tasks import triage_report

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0
_waiting: queue.Queue[int] = queue.Queue(maxsize=1000)
_starting = threading.Lock()
_publisher: threading.Thread | None = None


def hand_over(report_id: int) -> None:
    """Ask for the triage of a committed report. Returns at once and never raises.

    A thread of this process does the publishing: a broker that is dead, hangs or cannot be reached costs the request nothing. What is not
    published (the broker is away, the process ends, too many wait) is triaged by the sweep, within 15 seconds of its being back.
    """
    _ensure_publisher()
    try:
        _waiting.put_nowait(report_id)
    except queue.Full:
        logger.warning(
            "Too many reports wait to be handed over; the sweep will find this one.", extra={"report_id": report_id}
        )


def _ensure_publisher() -> None:
    global _publisher
    with _starting:
        if _publisher is None or not _publisher.is_alive():
            _publisher = threading.Thread(target=_publish_forever, name="handoff", daemon=True)
            _publisher.start()


def _publish_forever() -> None:
    silent_until = 0.0
    while True:
        report_id = _waiting.get()
        if time.monotonic() < silent_until:
            continue
        try:
            triage_report.apply_async(kwargs={"report_id": report_id}, retry=False)
        except Exception:  # whatever client and broker come up with, the sweep is the answer to all of it
            logger.exception("The broker takes no tasks; trying again in %s seconds.", PAUSE_SECONDS)
            silent_until = time.monotonic() + PAUSE_SECONDS
