"""Reads the mailbox. A message leaves the inbox after its transaction is committed."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from uuid import UUID, uuid4

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.utils import timezone

from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.mail.errors import MailboxErrorCode, MailboxUnreadable
from clicksafely.common.mail.imap_mailbox import ImapMailbox
from clicksafely.common.mail.imap_settings import ImapSettings, ImapSettingsInvalid
from hotline.intake.email import mailbox_lease
from hotline.intake.email.services import INCOMPLETE, MAX_BYTES, ingest_message, ingest_oversize
from hotline.models import IncomingMail, MailboxError

logger = logging.getLogger(__name__)

# After this time a run starts no new message. The next run continues a minute later.
RUN = timedelta(seconds=50)
# The number of messages that are removed from the inbox together.
BATCH = 25
# The original of a message that could not be read completely stays in its folder for this time.
ASIDE_DAYS = 14
_STILL_THERE = frozenset({MailboxErrorCode.REMOVAL, MailboxErrorCode.FULL})


@dataclass
class FetchResult:
    """The result of a run: `new` and `already_stored` messages, messages `remaining` in the inbox, and the `error`."""

    new: int = 0
    already_stored: int = 0
    remaining: int = 0
    error: MailboxError | None = None
    # Another run holds the mailbox.
    busy: bool = False


def fetch_mail(*, clock: Callable[[], datetime] = timezone.now) -> FetchResult:
    """Read the configured mailbox to its end, or for the time `RUN`. Raises database errors."""
    token = uuid4()
    held = mailbox_lease.acquire_mailbox(token=token, now=clock())
    if held is None:
        return FetchResult(busy=True)
    run = _Run(token, held, clock)
    try:
        run.read()
    except BaseException:
        with suppress(DatabaseFailure):
            run.end(MailboxError.INTERRUPTED)
        raise
    run.end(run.outcome.error)
    return run.outcome


@dataclass
class _Run:
    token: UUID
    held: mailbox_lease.MailboxLease
    clock: Callable[[], datetime]
    outcome: FetchResult = field(default_factory=FetchResult)
    at_uid: int | None = None
    taken: set[int] = field(default_factory=set)
    _going: list[int] = field(default_factory=list)
    _aside: list[int] = field(default_factory=list)

    def read(self) -> None:
        """Connect and process the inbox. Mailbox errors are stored in the result."""
        try:
            address = ImapSettings.parse(settings.MAIL_IMAP_URL)
            with ImapMailbox(address, ca_file=settings.MAIL_CA_FILE) as mailbox:
                self._go_through(mailbox)
                self._sweep(mailbox)
        except ImapSettingsInvalid:
            self._fails(MailboxError.SETTINGS)
        except MailboxUnreadable as failure:
            self._fails(MailboxError(failure.why))
        except SealError:
            self._fails(MailboxError.SEALING)

    def end(self, error: MailboxError | None) -> None:
        """Release the mailbox and record the result."""
        at_uid = self.at_uid if error else None
        mailbox_lease.release_mailbox(token=self.token, error=error, at_uid=at_uid, now=self.clock())
        if error:
            logger.warning("The mailbox could not be read to its end: %s.", error.value)

    def _fails(self, why: MailboxError) -> None:
        """Record the first error of the run."""
        self.outcome.error = self.outcome.error or why

    def _go_through(self, mailbox: ImapMailbox) -> None:
        end = self.clock() + RUN
        waiting = self._in_order(mailbox.uids(), mailbox.uid_validity)
        sizes = mailbox.sizes(waiting)
        self.outcome.remaining = len(waiting)
        try:
            for uid in waiting:
                if not self._keeps(mailbox, uid):
                    break
                self._take(mailbox, uid, sizes.get(uid, 0))
                if len(self._going) + len(self._aside) >= BATCH:
                    self._take_out(mailbox)
                if self.clock() > end:
                    break
        except (DatabaseFailure, SealError):
            # Messages that are already committed can be removed.
            self._take_out(mailbox)
            raise
        self._take_out(mailbox)
        self.at_uid = None

    def _in_order(self, uids: list[int], uid_validity: int) -> list[int]:
        """Return the UIDs, oldest first. The message that the previous run stopped at comes last."""
        at = self.held.at_uid if self.held.uid_validity == uid_validity else None
        return uids if at is None else [uid for uid in uids if uid > at] + [uid for uid in uids if uid <= at]

    def _keeps(self, mailbox: ImapMailbox, uid: int) -> bool:
        self.at_uid = uid
        validity = mailbox.uid_validity
        return mailbox_lease.renew_lease(token=self.token, now=self.clock(), at_uid=uid, uid_validity=validity)

    def _carry_on(self, mailbox: ImapMailbox, uid: int) -> None:
        """Renew the lease. A lost lease is ignored, because ingesting a message twice is harmless."""
        self._keeps(mailbox, uid)

    def _take(self, mailbox: ImapMailbox, uid: int, declared: int) -> None:
        mail = self._ingest(mailbox, uid, declared)
        if mail is None:
            if mailbox.holds(uid):
                self._fails(MailboxError.NONSENSE)
            else:
                self.outcome.remaining -= 1
            return
        self.outcome.new += mail.is_new
        self.outcome.already_stored += not mail.is_new
        (self._aside if mail.reason in INCOMPLETE else self._going).append(uid)

    def _ingest(self, mailbox: ImapMailbox, uid: int, declared: int) -> IncomingMail | None:
        limit = MAX_BYTES
        fetched = mailbox.fetch(uid, declared=declared, limit=limit, progress=partial(self._carry_on, mailbox, uid))
        if fetched is None:
            return None
        if fetched.whole:
            return ingest_message(raw=fetched.data, now=self.clock())
        return ingest_oversize(head=fetched.data, size=fetched.size, now=self.clock())

    def _take_out(self, mailbox: ImapMailbox) -> None:
        going, aside = self._going, self._aside
        self._going, self._aside = [], []
        self.taken.update(going, aside)
        for uids, folder in (
            (going, settings.MAIL_PROCESSED_FOLDER if settings.MAIL_RETENTION_DAYS else ""),
            (aside, settings.MAIL_UNPROCESSED_FOLDER),
        ):
            if not uids:
                continue
            try:
                if folder:
                    mailbox.move(uids, folder, taken=self.taken)
                else:
                    mailbox.remove(uids, taken=self.taken)
            except MailboxUnreadable as failure:
                if failure.why not in _STILL_THERE:
                    raise
                # The messages are stored. The next run finds them known and tries to remove them again.
                self._fails(MailboxError(failure.why))
            else:
                self.outcome.remaining -= len(uids)

    def _sweep(self, mailbox: ImapMailbox) -> None:
        """Once a day: remove expired messages, and retry the unprocessed ones first."""
        now = self.clock()
        today = timezone.localdate(now)
        if self.held.cleaned_on == today:
            return
        if settings.MAIL_RETENTION_DAYS:
            first_day = today - timedelta(days=settings.MAIL_RETENTION_DAYS)
            with mailbox.other_folder(settings.MAIL_PROCESSED_FOLDER) as exists:
                old = mailbox.older_than(first_day) if exists else []
                for some in batched(old, BATCH):
                    mailbox.remove(some, taken=old)
        with mailbox.other_folder(settings.MAIL_UNPROCESSED_FOLDER) as exists:
            aside = mailbox.uids() if exists else []
            sizes = mailbox.sizes(aside)
            for uid in aside:
                mail = self._ingest(mailbox, uid, sizes.get(uid, 0))
                if mail and (mail.reason not in INCOMPLETE or mail.received_at < now - timedelta(days=ASIDE_DAYS)):
                    mailbox.remove([uid], taken=[uid])
        mailbox_lease.record_cleanup(now=now)
