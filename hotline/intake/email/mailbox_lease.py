"""Whose turn it is to read the mailbox, and how it does: one row, changed by compare-and-swap."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from hotline.models import MailboxError, MailboxState

# A run asks for more before every message and every piece of one; what died is over after so long.
LEASE = timedelta(minutes=3)


@dataclass(frozen=True)
class MailboxLease:
    """What the run before left: `at_uid` is where it broke off, a UID of `uid_validity`; `cleaned_on` as in MailboxState."""

    at_uid: int | None
    uid_validity: int | None
    cleaned_on: object


def acquire_mailbox(*, token: UUID, now: datetime) -> MailboxLease | None:
    """Take the mailbox for this run; None where another one has it. A run that left it without a word was interrupted."""
    MailboxState.objects.get_or_create(pk=1)
    free = Q(held_by__isnull=True) | Q(held_until__lt=now)
    died = MailboxState.objects.filter(held_until__lt=now)
    died.update(error=MailboxError.INTERRUPTED, failing_since=Coalesce(F("failing_since"), now))
    if not MailboxState.objects.filter(free, pk=1).update(held_by=token, held_until=now + LEASE):
        return None
    state = MailboxState.objects.get(pk=1)
    return MailboxLease(state.at_uid, state.uid_validity, state.cleaned_on)


def renew_lease(*, token: UUID, now: datetime, at_uid: int, uid_validity: int) -> bool:
    """Hold it for longer, on the way to this message; False where another run has taken it meanwhile."""
    mine = MailboxState.objects.filter(pk=1, held_by=token)
    return bool(mine.update(held_until=now + LEASE, at_uid=at_uid, uid_validity=uid_validity))


def record_cleanup(*, now: datetime) -> None:
    """Remember that the folders of what was taken were gone through today."""
    MailboxState.objects.filter(pk=1).update(cleaned_on=now.date())


def release_mailbox(*, token: UUID, error: MailboxError | None, at_uid: int | None, now: datetime) -> None:
    """Give the mailbox free and write down how it went; `at_uid` is the message that the run broke off at."""
    mine = MailboxState.objects.filter(pk=1, held_by=token)
    free = {"held_by": None, "held_until": None, "at_uid": at_uid}
    if error is None:
        mine.update(**free, error="", failing_since=None, last_success=now)
    else:
        mine.update(**free, error=error, failing_since=Coalesce(F("failing_since"), now))


def clear_mailbox_state() -> None:
    """Where no mailbox is read any more, nothing is said of it."""
    MailboxState.objects.all().delete()
