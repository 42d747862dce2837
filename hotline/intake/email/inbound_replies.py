"""Matches incoming messages to existing reports, takedown notices and police packages: replies and bounces."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.crypto.reporter_keys import ReporterKeyChanged
from clicksafely.common.mail.message_kind import MessageKind
from clicksafely.common.serbian.scripts import to_script
from hotline.intake import services
from hotline.intake.email.types import ParsedMail
from hotline.models import HashOrigin, Notice, OutgoingError, OutgoingState, PolicePackage, ReplyKind, Report
from hotline.outbox import config
from hotline.referral.police.delivery import record_returned
from hotline.referral.police.selectors import find_sent
from hotline.referral.takedown.replies import find_notice
from hotline.triage.hash_lists.file_services import store_hashes

_MESSAGES = UUID("5a8b6c1e-7d0f-4a53-9c2e-1f6b8d3e4a90")


def find_thread(recipients: Iterable[str]) -> Report | None:
    """Return the report whose tag is in one of these addresses, or None."""
    tags = {tag for address in recipients if (tag := config.tag_of(address))}
    return Report.objects.filter(mail_thread__tag__in=tags).order_by("pk").first() if tags else None


def add_reply(*, report: Report, mail: ParsedMail, identity: bytes, now: datetime) -> bool:
    """Store a reply as the reporter's message, with the hashes of its files.

    Repeated calls with the same `identity` store it once. Returns False and stores nothing if the case holds
    `MAX_MESSAGES` messages, or if the reporter's key was changed. The reply then becomes a new report. The caller
    encrypts the header lines and file names.
    """
    row = uuid5(_MESSAGES, f"{report.uuid} {identity.hex()}")
    try:
        with transaction.atomic():
            if services.add_reporter_message(report=report, text=message_text(mail, report.language), row=row, now=now):
                store_hashes(report=report, files=mail.files, origin=HashOrigin.MAIL)
    except services.TooManyMessages:
        return False
    except ReporterKeyChanged:
        audit_log.record(action="message.refused", subject=report, actor=None, now=hour_of(now))
        return False
    return True


def message_text(mail: ParsedMail, language: str) -> str:
    """Return the text of a reply, quoted parts included, followed by the addresses and files found in it."""
    parts = [mail.text]
    # Our own headings are transliterated to the reporter's script. The reporter's text is not.
    with translation.override("sr" if language.startswith("sr") else language):
        if mail.subject:
            parts.insert(0, f"{to_script(_('Subject:'), language)} {mail.subject}")
        if mail.extraction.locations:
            heading = to_script(_("Addresses found in this message:"), language)
            parts.append("\n".join([heading, *(location.canonical for location in mail.extraction.locations)]))
        count = len(mail.files) + mail.parts_left_out
        if count:
            files_note = ngettext(
                "%(n)s file was attached to this message. We keep its hashes, not the file.",
                "%(n)s files were attached to this message. We keep their hashes, not the files.",
                count,
            )
            parts.append("\n".join([to_script(files_note % {"n": count}, language), *filter(None, mail.file_names)]))
    return "\n\n".join(filter(None, parts))


def record_bounce(*, mail: ParsedMail, now: datetime) -> Report | None:
    """Record that a message of ours bounced, and stop sending to this reporter. Returns the report, or None if the
    message is unknown.

    A notice without a failed address, such as a delay, is recorded and changes nothing else.
    """
    report = find_thread(mail.recipients)
    if report is None:
        return None
    action = "mail.notice"
    with transaction.atomic():
        if mail.failed_tag_recipients:
            action = "mail.returned"
            report.outgoing_mails.exclude(state=OutgoingState.FAILED).update(
                state=OutgoingState.REFUSED,
                error=OutgoingError.RETURNED,
                sealed=None,
                due_at=None,
                failing_since=None,
                receipt_sent=False,
            )
        audit_log.record(action=action, subject=report, actor=None, now=hour_of(now))
    return report


_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,255}")
_REFERENCE_HEADERS = frozenset({"in-reply-to", "references"})


def find_notice_of(mail: ParsedMail) -> Notice | None:
    """Return the takedown notice that a message belongs to: by tag, reference headers or returned message."""
    recipients, texts = (
        list(mail.recipients),
        [value for name, value in mail.headers if name.lower() in _REFERENCE_HEADERS],
    )
    if mail.nature is MessageKind.BOUNCE:
        # The returned message contains our reply address.
        recipients += _ADDRESS.findall(mail.text)
        texts.append(mail.text)
    return find_notice(recipients=recipients, texts=texts)


def reply_kind(mail: ParsedMail) -> ReplyKind:
    """Classify the reply. Messages from persons and mailing lists are answers, automatic ones are not."""
    if mail.nature is MessageKind.BOUNCE:
        return ReplyKind.RETURNED if mail.failed_tag_recipients else ReplyKind.DELAYED
    return ReplyKind.AUTOMATIC if mail.nature is MessageKind.AUTO_REPLY else ReplyKind.ANSWER


_LOCAL_PART = re.compile(r"<([0-9a-z]{16})@")


def find_package_of(mail: ParsedMail) -> PolicePackage | None:
    """Return the police package that a message belongs to, by recipient tag or by reference headers.

    Only the recipient knows them.
    """
    named = [value for name, value in mail.headers if name.lower() in _REFERENCE_HEADERS]
    answered = {found.upper() for value in named for found in _LOCAL_PART.findall(value)}
    return find_sent(tags=answered | {config.tag_of(address) or "" for address in mail.recipients})


def record_package_reply(*, package: PolicePackage, mail: ParsedMail, now: datetime) -> None:
    """If the message is a bounce, mark the package as not delivered. Runs in the caller's transaction."""
    if mail.nature is MessageKind.BOUNCE and mail.failed_tag_recipients:
        record_returned(package=package, now=now)
