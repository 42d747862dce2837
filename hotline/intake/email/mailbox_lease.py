"""Lease on the mailbox and its health record: one row, changed by compare-and-swap."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from hotline.models import MailboxError, MailboxState

# A run renews the lease before every message and every fetched chunk. The lease of a dead run expires after this time.
LEASE = timedelta(minutes=3)


@dataclass(frozen=True)
class MailboxLease:
    """The state left by the previous run. `at_uid` is the message it stopped at, a UID of `uid_validity`.

    `cleaned_on` is as in MailboxState.
    """

    at_uid: int | None
    uid_validity: int | None
    cleaned_on: object


def acquire_mailbox(*, token: UUID, now: datetime) -> MailboxLease | None:
    """Acquire the mailbox for this run.

    Returns None if another run holds it. An expired lease is recorded as an interrupted run.
    """
    MailboxState.objects.get_or_create(pk=1)
    free = Q(held_by__isnull=True) | Q(held_until__lt=now)
    died = MailboxState.objects.filter(held_until__lt=now)
    died.update(error=MailboxError.INTERRUPTED, failing_since=Coalesce(F("failing_since"), now))
    if not MailboxState.objects.filter(free, pk=1).update(held_by=token, held_until=now + LEASE):
        return None
    state = MailboxState.objects.get(pk=1)
    return MailboxLease(state.at_uid, state.uid_validity, state.cleaned_on)


def renew_lease(*, token: UUID, now: datetime, at_uid: int, uid_validity: int) -> bool:
    """Renew the lease before processing the message `at_uid`. Returns False if another run has taken the mailbox."""
    mine = MailboxState.objects.filter(pk=1, held_by=token)
    return bool(mine.update(held_until=now + LEASE, at_uid=at_uid, uid_validity=uid_validity))


def record_cleanup(*, now: datetime) -> None:
    """Record that the folders were cleaned up today."""
    MailboxState.objects.filter(pk=1).update(cleaned_on=localdate(now))


def release_mailbox(*, token: UUID, error: MailboxError | None, at_uid: int | None, now: datetime) -> None:
    """Release the mailbox and record the result. `at_uid` is the message that the run stopped at."""
    mine = MailboxState.objects.filter(pk=1, held_by=token)
    free = {"held_by": None, "held_until": None, "at_uid": at_uid}
    if error is None:
        mine.update(**free, error="", failing_since=None, last_success=now)
    else:
        mine.update(**free, error=error, failing_since=Coalesce(F("failing_since"), now))


def clear_mailbox_state() -> None:
    """Delete the health record if no mailbox is configured any more."""
    MailboxState.objects.all().delete()
