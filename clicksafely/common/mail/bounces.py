"""Goes through an inbox that people answer to for what came back undelivered, and leaves everything else alone and unread.

A high-water mark in a row of ours says how far it has been gone through. Flags would say it too, but \\Seen is how the person who reads the
answers knows what is new, and not every server keeps keywords; UIDs only ever grow (RFC 3501, 2.3.1.1).
"""

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
from clicksafely.common.mail.dsn import DeliveryReport, is_delivery_report, parse_report
from clicksafely.common.mail.errors import MailboxErrorCode, MailboxUnreadable
from clicksafely.common.mail.imap_mailbox import FETCH_CHUNK_BYTES, ImapMailbox
from clicksafely.common.mail.imap_settings import ImapSettings

logger = logging.getLogger(__name__)

# So many messages a run looks at, and no new one after so long; the next run goes on.
MESSAGES = 1000
RUN = timedelta(seconds=45)
# So many are handled before they are taken out together.
BATCH = 25
# A message that so many runs in a row broke off at is passed over: it stays in the inbox, for a person.
TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A message of ours that was not delivered.

    `tag` is that of the envelope address it was sent from, in lower case, "" where none is named; `message_ids`, without brackets, are those of
    our domain. At least one of the two is there; who is not meant to know them cannot say them. `recipients` were not reached. `permanent`:
    it will not arrive any more; else the mail system is still trying. `status` is a code of RFC 3463, such as "5.1.1", or "".
    """

    tag: str
    message_ids: tuple[str, ...]
    recipients: tuple[str, ...]
    permanent: bool
    status: str


@dataclass
class BounceRunResult:
    """How a run went: messages `looked_at`, bounces `handled` and taken out, messages `left` for the next run.

    `error` says why it could not go on to the end; `busy`: another run has the mailbox.
    """

    looked_at: int = 0
    handled: int = 0
    left: int = 0
    error: MailboxErrorCode | None = None
    busy: bool = False


def events_mailbox() -> ImapSettings | None:
    """The mailbox that answers to events' mails come to, as the settings name it; None where they name none. Raises ImapSettingsInvalid."""
    if not settings.EVENTS_MAIL_IMAP_URL:
        return None
    return ImapSettings.parse(
        settings.EVENTS_MAIL_IMAP_URL,
        password_file=settings.EVENTS_MAIL_IMAP_PASSWORD_FILE,
        setting="EVENTS_MAIL_IMAP_URL",
    )


def process_bounces(
    *,
    mailbox: ImapSettings,
    own: str,
    handle: Callable[[Bounce], bool],
    clock: Callable[[], datetime] = timezone.now,
) -> BounceRunResult:
    """Go through what is new in the inbox of `own`, our plain address, and have every delivery failure of our messages handled.

    `handle` commits what follows from a bounce and returns True, then the message is removed; False: it is about nothing of ours, and stays. It
    may see the same bounce again, where the run breaks off before the removal: it must not matter. Not to be called in a transaction.
    What goes wrong with the mailbox is in the outcome. What `handle` raises ends the run and is raised; the message comes again, `TRIES` times.
    """
    held = bounce_cursor.acquire_cursor(address=own, now=clock())
    if held is None:
        return BounceRunResult(busy=True)
    run = _Run(held, own, handle, clock)
    try:
        with ImapMailbox(mailbox, ca_file=settings.MAIL_CA_FILE) as box:
            run.go_through(box)
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
    held: bounce_cursor.CursorLease
    own: str
    handle: Callable[[Bounce], bool]
    clock: Callable[[], datetime]
    outcome: BounceRunResult = field(default_factory=BounceRunResult)
    # The message that is being read or handled, and the last one that need not be looked at again.
    at_uid: int | None = None
    passed: int = 0
    taken: set[int] = field(default_factory=set)
    _going: list[int] = field(default_factory=list)

    def go_through(self, box: ImapMailbox) -> None:
        """The new messages, the oldest first."""
        end = self.clock() + RUN
        # UIDs of another validity name other messages.
        self.passed = self.held.uid if self.held.uid_validity == box.uid_validity else 0
        waiting = box.uids_above(self.passed)
        self.outcome.left = len(waiting)
        for uid in waiting[:MESSAGES]:
            try:
                self._look_at(box, uid)
            except Exception:
                # What was committed before may go.
                with suppress(MailboxUnreadable, DatabaseFailure):
                    self._take_out(box)
                raise
            if len(self._going) >= BATCH:
                self._take_out(box)
            if self.clock() > end:
                break
        self._take_out(box)

    def end(self, error: MailboxErrorCode | None) -> None:
        """Give the mailbox free and write down how it went."""
        bounce_cursor.release_cursor(
            held=self.held, error=error, interrupted_uid=self.at_uid if error else None, now=self.clock()
        )
        if error:
            logger.warning("The mailbox of bounces could not be read to its end: %s.", error.value)

    def _look_at(self, box: ImapMailbox, uid: int) -> None:
        self.at_uid = uid
        if uid == self.held.interrupted_uid and self.held.tries >= TRIES:
            logger.error("A message broke %d runs through the mailbox of bounces and stays there unread.", TRIES)
        elif self._is_handled(box, uid):
            self._going.append(uid)
        self.at_uid, self.passed = None, uid
        self.outcome.looked_at += 1
        self.outcome.left -= 1

    def _is_handled(self, box: ImapMailbox, uid: int) -> bool:
        head = box.head(uid)
        if head is None:
            return self._is_gone(box, uid)
        if not is_delivery_report(head):
            return False
        # The status stands before what is returned, which may be large.
        fetched = box.fetch(uid, declared=0, limit=FETCH_CHUNK_BYTES - 1)
        if fetched is None:
            return self._is_gone(box, uid)
        report = parse_report(fetched.data)
        bounce = self._about_ours(report) if report else None
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
                # They were handled and stay; nothing is gained by reading them every minute.
                self.outcome.error = failure.why
            self.outcome.handled += len(going)
        bounce_cursor.advance_cursor(held=self.held, uid_validity=box.uid_validity, uid=self.passed)
