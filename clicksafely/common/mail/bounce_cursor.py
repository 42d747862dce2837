"""Whose turn it is to go through a mailbox for bounces, and how far it has been gone through: one row, changed by compare-and-swap."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypedDict
from uuid import UUID, uuid4

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from clicksafely.common.mail.errors import MailboxErrorCode
from clicksafely.common.models import BounceCursor

# What died is over after so long; the time limit of a task that reads is below that.
HOLD = timedelta(minutes=5)


@dataclass(frozen=True)
class CursorLease:
    """The mark as a run found it; its fields as in BounceCursor."""

    token: UUID
    address: str
    uid_validity: int
    uid: int
    interrupted_uid: int | None
    tries: int

    def mine(self) -> Q:
        """The row, as long as this run has it."""
        return Q(address=self.address, held_by=self.token)


class _Free(TypedDict):
    held_by: None
    held_until: None
    error: MailboxErrorCode | Literal[""]


def acquire_cursor(*, address: str, now: datetime) -> CursorLease | None:
    """Take the mailbox of this address for a run; None where another one has it."""
    address, token = address.lower(), uuid4()
    BounceCursor.objects.get_or_create(address=address)
    free = Q(held_by__isnull=True) | Q(held_until__lt=now)
    if not BounceCursor.objects.filter(free, address=address).update(held_by=token, held_until=now + HOLD):
        return None
    row = BounceCursor.objects.get(address=address)
    return CursorLease(token, address, row.uid_validity, row.uid, row.interrupted_uid, row.tries)


def advance_cursor(*, held: CursorLease, uid_validity: int, uid: int) -> None:
    """Everything up to this message need not be looked at again."""
    BounceCursor.objects.filter(held.mine()).update(uid_validity=uid_validity, uid=uid)


def release_cursor(
    *, held: CursorLease, error: MailboxErrorCode | None, interrupted_uid: int | None, now: datetime
) -> None:
    """Give the mailbox free and write down how it went; `interrupted_uid` is the message that the run broke off at."""
    free: _Free = {"held_by": None, "held_until": None, "error": error or ""}
    mine = BounceCursor.objects.filter(held.mine())
    if error is None:
        mine.update(**free, failing_since=None, interrupted_uid=None, tries=0)
    elif interrupted_uid is None:
        # It did not come so far: what is known of a message that breaks runs stays.
        mine.update(**free, failing_since=Coalesce(F("failing_since"), now))
    else:
        tries = held.tries + 1 if held.interrupted_uid == interrupted_uid else 1
        mine.update(
            **free, failing_since=Coalesce(F("failing_since"), now), interrupted_uid=interrupted_uid, tries=tries
        )


def mailbox_error_of(*, address: str) -> tuple[datetime, MailboxErrorCode] | None:
    """Since when the mailbox of this address cannot be read to its end, and why; None where all is well."""
    row = BounceCursor.objects.filter(address=address.lower(), failing_since__isnull=False).first()
    return (row.failing_since, MailboxErrorCode(row.error)) if row and row.failing_since else None
