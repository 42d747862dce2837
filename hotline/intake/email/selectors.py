"""Queries of the mailbox state and of incoming messages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.models import IncomingMail, MailboxError, MailboxState, MailState

# The mailbox is read every minute. After this time without a complete run, the reader is considered stopped.
LATE = timedelta(minutes=15)
COUNT_CAP = 1000


@dataclass(frozen=True)
class MailboxHealth:
    """A mailbox problem for "My work": its start and its label.

    `why` is empty if the mailbox was not read for long.
    """

    since: datetime | None
    why: str


def mailbox_trouble(now: datetime) -> MailboxHealth | None:
    """Return the current mailbox problem, or None."""
    state = MailboxState.objects.first()
    if state is None:
        return None
    if state.error:
        return MailboxHealth(state.failing_since, str(MailboxError(state.error).label))
    if state.last_success and state.last_success < now - LATE and not (state.held_until and state.held_until > now):
        return MailboxHealth(state.last_success, "")
    return None


def waiting_mails() -> int:
    """Return how many messages wait for staff, at most `COUNT_CAP`."""
    return IncomingMail.objects.filter(state=MailState.OPEN).order_by()[:COUNT_CAP].count()
