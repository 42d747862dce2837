"""Named reads of the mailbox's state and of what came in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.models import IncomingMail, MailboxError, MailboxState, MailState

# Read every minute; after so long without a whole reading something is wrong with whoever should do it.
LATE = timedelta(minutes=15)
COUNT_CAP = 1000


@dataclass(frozen=True)
class MailboxHealth:
    """What the desk says of the mailbox: since when it cannot be read and why; `why` is empty where nobody has tried for long."""

    since: datetime | None
    why: str


def mailbox_trouble(now: datetime) -> MailboxHealth | None:
    """What is wrong with the mailbox; None where nothing is, or where there is none."""
    state = MailboxState.objects.first()
    if state is None:
        return None
    if state.error:
        return MailboxHealth(state.failing_since, str(MailboxError(state.error).label))
    if state.last_success and state.last_success < now - LATE and not (state.held_until and state.held_until > now):
        return MailboxHealth(state.last_success, "")
    return None


def waiting_mails() -> int:
    """How many messages wait for somebody to look at them, at most `COUNT_CAP`."""
    return IncomingMail.objects.filter(state=MailState.OPEN).order_by()[:COUNT_CAP].count()
