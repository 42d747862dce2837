"""Hands reports over to the worker without ever keeping a visitor waiting for the broker."""

import contextlib
import logging
import queue
import threading
import time

from hotline.triage.tasks import triage_report, triage_reports

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0
AT_ONCE = 100
# Reports that come within so many seconds of each other go together: a message costs as much as sealing a report.
GATHER_SECONDS = 0.2
_waiting: queue.Queue[int] = queue.Queue(maxsize=1000)
_starting = threading.Lock()
_publisher: threading.Thread | None = None


def enqueue_triage(report_id: int) -> None:
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
        report_ids = _gather()
        if time.monotonic() < silent_until:
            continue
        try:
            _publish(report_ids)
        except Exception:  # whatever client and broker come up with, the sweep is the answer to all of it
            logger.exception("The broker takes no tasks; trying again in %s seconds.", PAUSE_SECONDS)
            silent_until = time.monotonic() + PAUSE_SECONDS


def _gather() -> list[int]:
    """Wait for a report, then for those close behind it."""
    report_ids = [_waiting.get()]
    time.sleep(GATHER_SECONDS)
    with contextlib.suppress(queue.Empty):
        while len(report_ids) < AT_ONCE:
            report_ids.append(_waiting.get_nowait())
    return report_ids


def _publish(report_ids: list[int]) -> None:
    if len(report_ids) == 1:
        triage_report.apply_async(kwargs={"report_id": report_ids[0]}, retry=False)
    else:
        triage_reports.apply_async(kwargs={"report_ids": report_ids}, retry=False)
