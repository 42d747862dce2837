"""Enqueues reports for triage in a background thread, so that requests never wait for the broker."""

import contextlib
import logging
import queue
import threading
import time

from hotline.triage.tasks import triage_report, triage_reports

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0
AT_ONCE = 100
# Reports within this interval share a message, because a message takes as long as encrypting a report.
GATHER_SECONDS = 0.2
_waiting: queue.Queue[int] = queue.Queue(maxsize=1000)
_starting = threading.Lock()
_publisher: threading.Thread | None = None


def enqueue_triage(report_id: int) -> None:
    """Enqueue a committed report for triage. Returns at once and never raises.

    A thread publishes the task, so an unavailable broker does not delay the request. A report is not published if the
    broker is down, the process ends, or the queue is full. The sweep triages it within 15 seconds.
    """
    _ensure_publisher()
    try:
        _waiting.put_nowait(report_id)
    except queue.Full:
        logger.warning("The triage queue is full. The sweep will triage this report.", extra={"report_id": report_id})


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
        except Exception:  # any client or broker error: the sweep triages the reports
            logger.exception("The task broker is unavailable. Trying again in %s seconds.", PAUSE_SECONDS)
            silent_until = time.monotonic() + PAUSE_SECONDS


def _gather() -> list[int]:
    """Wait for a report, and collect the ones that follow within GATHER_SECONDS."""
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
