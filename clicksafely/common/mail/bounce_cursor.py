"""Lease and position of bounce processing per mailbox: one row, changed by compare-and-swap."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypedDict
from uuid import UUID, uuid4

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from clicksafely.common.mail.errors import MailboxErrorCode
from clicksafely.common.models import BounceCursor

# The lease of a dead run expires after this; the time limit of a reading task is shorter.
HOLD = timedelta(minutes=5)


@dataclass(frozen=True)
class CursorLease:
    """The cursor as read by a run; fields as in BounceCursor."""

    token: UUID
    address: str
    uid_validity: int
    uid: int
    interrupted_uid: int | None
    tries: int

    def mine(self) -> Q:
        """Return a queryset of the row, empty once another run has the lease."""
        return Q(address=self.address, held_by=self.token)


class _Free(TypedDict):
    held_by: None
    held_until: None
    error: MailboxErrorCode | Literal[""]


def acquire_cursor(*, address: str, now: datetime) -> CursorLease | None:
    """Take the lease of this address's mailbox; None if another run has it."""
    address, token = address.lower(), uuid4()
    BounceCursor.objects.get_or_create(address=address)
    free = Q(held_by__isnull=True) | Q(held_until__lt=now)
    if not BounceCursor.objects.filter(free, address=address).update(held_by=token, held_until=now + HOLD):
        return None
    row = BounceCursor.objects.get(address=address)
    return CursorLease(token, address, row.uid_validity, row.uid, row.interrupted_uid, row.tries)


def advance_cursor(*, lease: CursorLease, uid_validity: int, uid: int) -> None:
    """Mark everything up to this message as processed."""
    BounceCursor.objects.filter(lease.mine()).update(uid_validity=uid_validity, uid=uid)


def release_cursor(
    *, lease: CursorLease, error: MailboxErrorCode | None, interrupted_uid: int | None, now: datetime
) -> None:
    """Release the mailbox and record the result; `interrupted_uid` is the message at which the run failed."""
    free: _Free = {"held_by": None, "held_until": None, "error": error or ""}
    mine = BounceCursor.objects.filter(lease.mine())
    if error is None:
        mine.update(**free, failing_since=None, interrupted_uid=None, tries=0)
    elif interrupted_uid is None:
        # The run did not reach that message: keep the record of its failures.
        mine.update(**free, failing_since=Coalesce(F("failing_since"), now))
    else:
        tries = lease.tries + 1 if lease.interrupted_uid == interrupted_uid else 1
        mine.update(
            **free, failing_since=Coalesce(F("failing_since"), now), interrupted_uid=interrupted_uid, tries=tries
        )
