"""Finds bounces in an inbox for replies and leaves all other messages unread."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.utils import timezone

from clicksafely.common.mail import bounce_cursor
from clicksafely.common.mail.addresses import domain_of, extract_tag
from clicksafely.common.mail.dsn import DeliveryReport
from clicksafely.common.mail.errors import MailboxErrorCode, MailboxUnreadable
from clicksafely.common.mail.imap_mailbox import FETCH_CHUNK_BYTES, ImapMailbox
from clicksafely.common.mail.imap_settings import ImapSettings
from clicksafely.common.sandbox.results import decode_result
from clicksafely.common.sandbox.runner import run_sandboxed

READER = "clicksafely.common.mail.confined_dsn"

logger = logging.getLogger(__name__)

# Limits of messages and time per run; the next run continues.
MESSAGES = 1000
RUN = timedelta(seconds=45)
# Number of messages handled before they are removed together.
BATCH = 25
# A message at which this number of runs in a row failed is skipped and stays in the inbox for staff.
TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A delivery failure of a message sent by the portal.

    `tag` is that of the envelope sender, in lower case, "" if unknown. `message_ids`, without brackets, are those of
    our domain. At least one of the two is present. Third parties cannot guess them. `recipients` were not reached.
    `permanent`: the mail system has stopped trying. `status` is a code of RFC 3463, such as "5.1.1", or "".
    """

    tag: str
    message_ids: tuple[str, ...]
    recipients: tuple[str, ...]
    permanent: bool
    status: str


@dataclass
class BounceRunResult:
    """Result of a run: messages `looked_at`, bounces `handled` and removed, messages `remaining` for the next run.

    `error` is the reason for an early end; `busy`: another run has the lease.
    """

    looked_at: int = 0
    handled: int = 0
    remaining: int = 0
    error: MailboxErrorCode | None = None
    busy: bool = False


def events_mailbox() -> ImapSettings | None:
    """Return the configured mailbox for replies to events' messages; None without one. Raises ImapSettingsInvalid."""
    if not settings.EVENTS_MAIL_IMAP_URL:
        return None
    return ImapSettings.parse(
        settings.EVENTS_MAIL_IMAP_URL,
        setting="EVENTS_MAIL_IMAP_URL",
    )


def process_bounces(
    *,
    mailbox: ImapSettings,
    own: str,
    handle: Callable[[Bounce], bool],
    clock: Callable[[], datetime] = timezone.now,
) -> BounceRunResult:
    """Process new messages in the inbox of `own`, our address without a tag, and handle every bounce of our messages.

    `handle` commits the consequences of a bounce and returns True; the message is then removed. It returns False for a
    bounce unrelated to us, which stays. It must be idempotent: an interruption before the removal repeats the bounce.
    Must not be called in a transaction. Mailbox errors are in the result. An exception of `handle` ends the run and
    propagates; the message is tried `TRIES` times.

    The position in the mailbox is stored in a database row, because UIDs only increase (RFC 3501, 2.3.1.1). Flags are
    unsuitable: staff rely on \\Seen for unread replies, and some servers do not support keywords.
    """
    lease = bounce_cursor.acquire_cursor(address=own, now=clock())
    if lease is None:
        return BounceRunResult(busy=True)
    run = _Run(lease, own, handle, clock)
    try:
        with ImapMailbox(mailbox, ca_file=settings.MAIL_CA_FILE) as box:
            run.process_mailbox(box)
    except MailboxUnreadable as failure:
        run.outcome.error = failure.why
    except BaseException:
        with suppress(DatabaseFailure):
            run.end(MailboxErrorCode.INTERRUPTED)
        raise
    run.end(run.outcome.error)
    return run.outcome


@dataclass
class _Run:
    lease: bounce_cursor.CursorLease
    own: str
    handle: Callable[[Bounce], bool]
    clock: Callable[[], datetime]
    outcome: BounceRunResult = field(default_factory=BounceRunResult)
    # The current message, and the last message that is fully processed.
    at_uid: int | None = None
    passed: int = 0
    taken: set[int] = field(default_factory=set)
    _going: list[int] = field(default_factory=list)

    def process_mailbox(self, box: ImapMailbox) -> None:
        """Process the new messages, the oldest first."""
        end = self.clock() + RUN
        # UIDs of another validity refer to other messages.
        self.passed = self.lease.uid if self.lease.uid_validity == box.uid_validity else 0
        waiting = box.uids_above(self.passed)
        self.outcome.remaining = len(waiting)
        for uid in waiting[:MESSAGES]:
            try:
                self._look_at(box, uid)
            except Exception:
                # Handled bounces are committed and can be removed.
                with suppress(MailboxUnreadable, DatabaseFailure):
                    self._take_out(box)
                raise
            if len(self._going) >= BATCH:
                self._take_out(box)
            if self.clock() > end:
                break
        self._take_out(box)

    def end(self, error: MailboxErrorCode | None) -> None:
        """Release the mailbox and record the result."""
        bounce_cursor.release_cursor(
            lease=self.lease, error=error, interrupted_uid=self.at_uid if error else None, now=self.clock()
        )
        if error:
            logger.warning("The mailbox of bounces could not be read completely: %s.", error.value)

    def _look_at(self, box: ImapMailbox, uid: int) -> None:
        self.at_uid = uid
        if uid == self.lease.interrupted_uid and self.lease.tries >= TRIES:
            logger.error("A message caused %d failed runs of the bounce mailbox and stays there unread.", TRIES)
        elif self._is_handled(box, uid):
            self._going.append(uid)
        self.at_uid, self.passed = None, uid
        self.outcome.looked_at += 1
        self.outcome.remaining -= 1

    def _is_handled(self, box: ImapMailbox, uid: int) -> bool:
        head = box.head(uid)
        if head is None:
            return self._is_gone(box, uid)
        if not decode_result(bool, run_sandboxed(READER, ["head"], content=head)):
            return False
        # The status precedes the returned message, which may be large.
        fetched = box.fetch(uid, declared=0, limit=FETCH_CHUNK_BYTES - 1)
        if fetched is None:
            return self._is_gone(box, uid)
        read = run_sandboxed(READER, ["report"], content=fetched.data)
        bounce = self._about_ours(decode_result(DeliveryReport, read)) if read != b"null" else None
        return bounce is not None and self.handle(bounce)

    def _is_gone(self, box: ImapMailbox, uid: int) -> bool:
        if box.holds(uid):
            raise MailboxUnreadable(MailboxErrorCode.NONSENSE)
        return False

    def _about_ours(self, report: DeliveryReport) -> Bounce | None:
        tags = [tag for address in report.known_by if (tag := extract_tag(address, own=self.own))]
        domain = domain_of(self.own).lower()
        ids = tuple(each for each in report.message_ids if domain_of(each).lower() == domain)
        if not tags and not ids:
            return None
        return Bounce(
            tag=next(iter(tags), ""),
            message_ids=ids,
            recipients=report.recipients,
            permanent=report.permanent,
            status=report.status,
        )

    def _take_out(self, box: ImapMailbox) -> None:
        going, self._going = self._going, []
        self.taken.update(going)
        if going:
            try:
                box.remove(going, taken=self.taken)
            except MailboxUnreadable as failure:
                if failure.why is not MailboxErrorCode.REMOVAL:
                    raise
                # They are handled but could not be removed; reading them again every minute is useless.
                self.outcome.error = failure.why
            self.outcome.handled += len(going)
        bounce_cursor.advance_cursor(lease=self.lease, uid_validity=box.uid_validity, uid=self.passed)
