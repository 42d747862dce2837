"""What belongs to a report that is there already: replies that carry our tag, and what comes back undelivered."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clicksafely.common.audit import audit_log
from clicksafely.common.mail.message_kind import MessageKind
from clicksafely.common.serbian.scripts import to_script
from hotline.intake import services
from hotline.intake.email.types import ParsedMail
from hotline.models import HashOrigin, Notice, OutgoingError, OutgoingState, PolicePackage, ReplyKind, Report
from hotline.outbox import config, queue
from hotline.referral.police.delivery import record_returned
from hotline.referral.police.selectors import find_sent
from hotline.referral.takedown.replies import find_notice
from hotline.triage.hash_lists.file_services import store_hashes

_MESSAGES = UUID("5a8b6c1e-7d0f-4a53-9c2e-1f6b8d3e4a90")


def find_thread(recipients: Iterable[str]) -> Report | None:
    """The report whose tag one of these addresses carries; None where none does, or where no report has that tag."""
    tags = {tag for address in recipients if (tag := config.tag_of(address))}
    return Report.objects.filter(mail_thread__tag__in=tags).order_by("pk").first() if tags else None


def add_reply(*, report: Report, mail: ParsedMail, identity: bytes, now: datetime) -> bool:
    """Keep a reply as the reporter's message, its files as hashes; the same `identity` makes one message, however often it comes.

    False, and nothing is kept, where the case holds as many messages as it can: then it has to become a report of its own. The header
    lines and the names of the files are for the caller to seal.
    """
    row = uuid5(_MESSAGES, f"{report.uuid} {identity.hex()}")
    try:
        with transaction.atomic():
            if services.add_reporter_message(report=report, text=message_text(mail, report.language), row=row, now=now):
                store_hashes(report=report, files=mail.files, origin=HashOrigin.MAIL)
    except services.TooManyMessages:
        return False
    return True


def message_text(mail: ParsedMail, language: str) -> str:
    """What analyst and reporter read of a reply: all of it, the quoted part too, then the addresses and files that were found in it."""
    parts = [mail.text]
    # Ours is put into the reporter's script, theirs is left alone.
    with translation.override("sr" if language.startswith("sr") else language):
        if mail.subject:
            parts.insert(0, f"{to_script(_('Subject:'), language)} {mail.subject}")
        if mail.extraction.locations:
            heading = to_script(_("Addresses found in this message:"), language)
            parts.append("\n".join([heading, *(location.canonical for location in mail.extraction.locations)]))
        count = len(mail.files) + mail.parts_left_out
        if count:
            kept = ngettext(
                "%(n)s file came with this message; we keep no file, only what it can be recognised by.",
                "%(n)s files came with this message; we keep no files, only what they can be recognised by.",
                count,
            )
            parts.append("\n".join([to_script(kept % {"n": count}, language), *filter(None, mail.file_names)]))
    return "\n\n".join(filter(None, parts))


def record_bounce(*, mail: ParsedMail, now: datetime) -> Report | None:
    """Put on record that a message of ours came back, and send it no more; the report, or None where it is not about ours.

    A notice that names no failed address, such as one of delay, is put on record and changes nothing.
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
                receipt_sent=False,
            )
        audit_log.record(action=action, subject=report, actor=None, now=queue.hour_of(now))
    return report


_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,255}")
_REFERENCE_HEADERS = frozenset({"in-reply-to", "references"})


def find_notice_of(mail: ParsedMail) -> Notice | None:
    """The notice that a message is about: by the tag it came to, by what it answers, or by what a mail system sends back."""
    recipients, texts = (
        list(mail.recipients),
        [value for name, value in mail.headers if name.lower() in _REFERENCE_HEADERS],
    )
    if mail.nature is MessageKind.BOUNCE:
        # What is returned names our address for answers.
        recipients += _ADDRESS.findall(mail.text)
        texts.append(mail.text)
    return find_notice(recipients=recipients, texts=texts)


def reply_kind(mail: ParsedMail) -> ReplyKind:
    """An answer is what a person, or a list of people, wrote; a machine's receipt is none."""
    if mail.nature is MessageKind.BOUNCE:
        return ReplyKind.RETURNED if mail.failed_tag_recipients else ReplyKind.DELAYED
    return ReplyKind.AUTOMATIC if mail.nature is MessageKind.AUTO_REPLY else ReplyKind.ANSWER


_LOCAL_PART = re.compile(r"<([0-9a-z]{16})@")


def find_package_of(mail: ParsedMail) -> PolicePackage | None:
    """The package that a message is about: by the address it came to, or by what it answers. Both are known to its recipient alone."""
    named = [value for name, value in mail.headers if name.lower() in _REFERENCE_HEADERS]
    answered = {found.upper() for value in named for found in _LOCAL_PART.findall(value)}
    return find_sent(tags=answered | {config.tag_of(address) or "" for address in mail.recipients})


def record_package_reply(*, package: PolicePackage, mail: ParsedMail, now: datetime) -> None:
    """Where the message says that a package did not arrive, it waits to be handed over again. Part of the transaction that takes the message."""
    if mail.nature is MessageKind.BOUNCE and mail.failed_tag_recipients:
        record_returned(package=package, now=now)
