"""Rows that are sent later: lease, back-off, rest and give-up of every outgoing queue."""

import logging
import random
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

logger = logging.getLogger(__name__)

# Longer than the time limit of every sending task, so that no lease expires during an attempt.
LEASE: Final = timedelta(minutes=5)
FIRST_PAUSE, MAX_PAUSE_LENGTH = timedelta(minutes=2), timedelta(hours=1)
# Pauses are shortened by up to a fifth, which spreads the retries of rows that failed together.
JITTER: Final = 0.2
# Pause after an error of the server itself.
SERVER_PAUSE: Final = timedelta(minutes=5)
# Since the first failed attempt.
GIVE_UP_AFTER: Final = timedelta(days=3)
# Duration of a run of a sending task; the next run continues.
RUN_SECONDS: Final = 45


class QueueError(models.TextChoices):
    """Errors of attempts that are not the server's."""

    INTERRUPTED = "interrupted", pgettext_lazy("outgoing e-mail", "the program stopped while sending")
    UNFORESEEN = "unforeseen", pgettext_lazy("outgoing e-mail", "unexpected error, see the server log")


class QueuedRow(models.Model):
    """Columns of a table whose rows are sent later.

    The row is the queue entry. It is due at `due_at`; NULL takes it out of the queue. An attempt is stored before it is
    made and moves `due_at` to the end of its lease. The row of a killed worker is therefore due again when the lease
    expires. Results are stored by compare-and-swap. A row that was withdrawn, retried or sent by another run in the
    meantime does not change. `attempts` and `failing_since` (the first failed attempt) count from the last success.
    `error` is the code of the last attempt.
    """

    due_at = models.DateTimeField(_("next attempt"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    error = models.CharField(_("last error"), max_length=24, blank=True)

    class Meta:
        abstract = True


class SendError(Exception):
    """A failed attempt; `error` is the code stored in the row.

    `final`: a repetition is useless. `server`: the next row would fail too. `wait`: seconds that the server asks for before the next
    attempt.
    """

    def __init__(self, error: str, *, final: bool = False, server: bool = False, wait: float | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.final = final
        self.server = server
        self.wait = wait


class Superseded(Exception):
    """The row was changed or withdrawn during the attempt; nothing is stored."""


def claim[Row: QueuedRow](rows: QuerySet[Row], *, now: datetime) -> Row | None:
    """Lease the row that is due the longest; None if none is due."""
    with transaction.atomic():
        row = lock_next(rows, now=now)
        if row:
            lease(row, now=now)
        return row


def lock_next[Row: QueuedRow](rows: QuerySet[Row], *, now: datetime) -> Row | None:
    """Lock the row that is due the longest; None if none is due. Rows locked by another run are skipped."""
    due = rows.filter(due_at__lte=now).order_by("due_at", "pk")
    return due.select_for_update(skip_locked=True, of=("self",)).first()


def lease(row: QueuedRow, *, now: datetime) -> None:
    """Store the start of an attempt on a locked row, in the transaction of the lock."""
    row.attempts += 1
    row.due_at = now + LEASE
    row.error = QueueError.INTERRUPTED
    row.save(update_fields=["attempts", "due_at", "error"])


def leased[Row: QueuedRow](row: Row) -> QuerySet[Row]:
    """Return a queryset of the row as it was leased; empty if it has changed since."""
    rows: QuerySet[Row] = type(row)._default_manager.all()
    return rows.filter(pk=row.pk, due_at=row.due_at, attempts=row.attempts)


def finish(row: QueuedRow, **columns: Any) -> bool:
    """Take a leased row out of the queue and store `columns`; False if it has changed since the lease."""
    return bool(leased(row).update(**{"due_at": None, "failing_since": None, "error": ""} | columns))


def retry(row: QueuedRow, error: SendError, *, now: datetime, counts: bool = True) -> bool:
    """Schedule the next attempt of a leased row; False if it has changed since the lease.

    Without `counts` the attempt is not counted, and the time until the row is given up does not run.
    """
    pause = max(SERVER_PAUSE if error.server else retry_delay(row.attempts), timedelta(seconds=error.wait or 0))
    failing_since, attempts = (
        (row.failing_since or now, row.attempts) if counts else (row.failing_since, row.attempts - 1)
    )
    columns = {"error": error.error, "failing_since": failing_since, "attempts": attempts, "due_at": now + pause}
    if not leased(row).update(**columns):
        return False
    for name, value in columns.items():
        setattr(row, name, value)
    return True


def requeue(rows: QuerySet[Any], *, now: datetime, **columns: Any) -> bool:
    """Make rows due at once, as never tried; True if there were any. A running attempt is superseded."""
    return bool(rows.update(**{"due_at": now, "attempts": 0, "failing_since": None, "error": ""} | columns))


def retry_delay(attempts: int) -> timedelta:
    """Return the exponential back-off after this number of attempts, with jitter."""
    pause = min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), MAX_PAUSE_LENGTH)
    return pause * (1 - random.uniform(0, JITTER))  # noqa: S311 - spreads retries, hides nothing


def is_exhausted(row: QueuedRow, *, now: datetime) -> bool:
    """Return whether the row has failed for so long that it is given up."""
    return row.failing_since is not None and now - row.failing_since >= GIVE_UP_AFTER


def is_resting(rows: QuerySet[Any], *, server_errors: Iterable[str], now: datetime) -> bool:
    """Return whether another run is sending or was killed within the lease, or whether the server rests.

    The server rests for a pause after one of `server_errors`.
    """
    return rows.filter(due_at__gt=now, error__in=[QueueError.INTERRUPTED, *server_errors]).exists()


def send_due[Row: QueuedRow](
    *,
    claim: Callable[[], Row | None],
    send: Callable[[Row], bool],
    give_up: Callable[[Row, SendError], None],
    retried: Callable[[Row, SendError], None] | None = None,
    server_errors_count: bool = True,
    now: datetime,
    seconds: float,
) -> int:
    """Send due rows for at most `seconds`; returns the number of rows for which `send` returned True.

    `send` stores its success and raises SendError or Superseded. A failed row is retried, and then `retried` is called.
    At a final error, or GIVE_UP_AFTER its first failure, `give_up` is called. Errors of the server end the run. Without
    `server_errors_count` they never cause a give-up. An unexpected exception is logged and retried.
    """
    ends, sent = time.monotonic() + seconds, 0
    while time.monotonic() < ends and (row := claim()):
        try:
            sent += send(row)
            continue
        except Superseded:
            continue
        except SendError as error:
            failure = error
            place = {"event": error.error}
            logger.log(
                logging.ERROR if error.server else logging.WARNING,
                "%s was not sent: %s.",
                _name(row),
                error.error,
                extra=place,
            )
        except Exception:
            failure = SendError(QueueError.UNFORESEEN)
            logger.exception("%s was not sent: unexpected error.", _name(row))
        counts = server_errors_count or not failure.server
        if failure.final or (counts and is_exhausted(row, now=now)):
            give_up(row, failure)
        elif retry(row, failure, now=now, counts=counts) and retried:
            retried(row, failure)
        if failure.server:
            break
    return sent


def _name(row: QueuedRow) -> str:
    return f"{row._meta.object_name} {row.pk}"
