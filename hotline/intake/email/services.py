"""Ingests e-mail messages, also unreadable ones. Each becomes a report, a reply or an unprocessed entry, exactly once."""

import base64
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.part_secrets import current_secret
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.invisible_characters import strip_invisible
from clicksafely.common.mail.message_kind import MessageKind
from hotline.categories import CSAM
from hotline.intake.email.authentication import is_authenticated
from hotline.intake.email.inbound_replies import (
    add_reply,
    find_notice_of,
    find_package_of,
    find_thread,
    record_bounce,
    record_package_reply,
    reply_kind,
)
from hotline.intake.email.sandbox import parse_message
from hotline.intake.email.types import ParsedMail, UnreadableMessage
from hotline.intake.services import submit_report
from hotline.intake.submission import Submission
from hotline.models import (
    Channel,
    IncomingMail,
    MailKind,
    MailState,
    NoReplyReason,
    OutgoingKind,
    Report,
    TextField,
)
from hotline.outbox import config, queue
from hotline.referral.takedown.replies import store_reply
from hotline.triage.hash_lists.digests import FileDigest

# Local parts of unattended addresses.
_UNATTENDED_SENDER = re.compile(
    r"(?:no|do-?not|not)[-_.]?reply.*|.*[-_.](?:no|do-?not)[-_.]?reply|noanswer|mailer-daemon|postmaster|bounces?(?:[-_.+].*)?|.*-bounces?"
    r"|nobody|root|daemon|listserv|majordomo|owner-.*|.*-(?:owner|request|confirm)",
    re.IGNORECASE,
)


def queue_auto_reply(*, report: Report, mail: ParsedMail, now: datetime) -> None:
    """Queue an automatic reply for a message that became a report, or record why none is sent.

    Runs in the transaction that creates the report. Does nothing if outgoing e-mail is not configured.
    """
    if not config.is_configured():
        return
    why = _withheld(mail)
    if why is None:
        # Also for senders over the daily reply limit, so that later messages of the hotline can reach them.
        queue.get_or_create_thread(report=report)
        if not queue.count_answer(address=mail.sender, now=now):
            why = NoReplyReason.TOO_MANY
    if why is None:
        queue.queue_mail(report=report, kind=OutgoingKind.ANSWER, to=mail.sender, in_reply_to=mail.message_id, now=now)
    else:
        audit_log.record(
            action="mail.withheld", subject=report, actor=None, now=hour_of(now), data={"withheld": why.value}
        )


def _withheld(mail: ParsedMail) -> NoReplyReason | None:
    if mail.nature != MessageKind.PERSON:
        return NoReplyReason.NO_PERSON
    if _UNATTENDED_SENDER.fullmatch(mail.sender.rpartition("@")[0]) or not config.takes_mail(mail.sender):
        return NoReplyReason.ADDRESS
    if not is_authenticated(mail, authserv_id=settings.MAIL_AUTHSERV_ID):
        return NoReplyReason.UNAUTHENTICATED
    return None


HIDDEN = "····-····-····-····"
# The format used in our own e-mails. Other formats are left alone.
_SHOWN = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b", re.ASCII)
MAX_EXAMINED = 100


def hide_receipts(text: str) -> str:
    """Replace every valid receipt in `text` by a placeholder.

    Queries the database only if something looks like a receipt.
    """
    shown = dict.fromkeys(_SHOWN.findall(text))
    digests = {receipts.receipt_digest(found.replace("-", "")): found for found in list(shown)[:MAX_EXAMINED]}
    if not digests:
        return text
    stored_digests = Report.objects.filter(receipt_digest__in=list(digests)).values_list("receipt_digest", flat=True)
    for digest in stored_digests:
        text = text.replace(digests[bytes(digest)], HIDDEN)
    return text


logger = logging.getLogger(__name__)

# Errors unrelated to the message. It stays in the mailbox until the database and the public keys are available.
TEMPORARY_ERRORS = (OperationalError, InterfaceError, SealError)
TOO_LARGE, NOT_PARSED, NOT_STORED = "too_large", "not_parsed", "not_stored"
# A larger message is not read whole: its header lines and the beginning of its text become an entry.
MAX_BYTES = 50 * 1024 * 1024
# Reasons for which the message was not read or stored completely. The original is kept for a while.
INCOMPLETE = frozenset({TOO_LARGE, NOT_PARSED, NOT_STORED})

# Limits and patterns of the fallback parser.
MAX_HEAD_LENGTH = 64 * 1024
MAX_TEXT_LENGTH = 20_000
_HEAD = re.compile(rb"\A.*?(?=\r?\n\r?\n|\Z)", re.DOTALL)
_UNFOLD = re.compile(r"\n[ \t]+")
_UUENCODED = re.compile(r"^begin [0-7]{3} .*?^end\s*$", re.DOTALL | re.MULTILINE)


def ingest_message(*, raw: bytes, now: datetime) -> IncomingMail:
    """Ingest one message. Repeated calls return the row of the first one.

    Raises database errors, SealError, and OSError if no process can be started. Nothing was written then, and the message must be kept.
    """
    try:
        read: ParsedMail | UnreadableMessage = parse_message(raw)
    except UnreadableMessage as unreadable:
        read = unreadable
    except OSError:
        # No process can be started: the message stays in the mailbox.
        raise
    except Exception:
        logger.exception("A message could not be parsed.")
        read = parse_fallback(raw, reason=NOT_PARSED)
    return _keep(read, raw, size=len(raw), now=now)


def parse_fallback(raw: bytes, *, reason: str) -> UnreadableMessage:
    """Return header lines, readable lines of the body, and digests of the whole of a message that the main parser cannot read.

    Lines of encoded files contain no spaces. Lines without a space or an address are dropped, so that no file is
    stored.
    """
    head = _HEAD.match(raw[:MAX_HEAD_LENGTH])
    lines = _UNFOLD.sub(" ", _readable(head[0] if head else b"")).split("\n")
    headers = [(name, value.strip()) for name, mark, value in (line.partition(":") for line in lines) if mark]
    body = _UUENCODED.sub("", _readable(raw[len(head[0]) if head else 0 :][: 8 * MAX_TEXT_LENGTH]))
    words = [line for line in body.split("\n") if (" " in line.strip() or "://" in line) and "\ufffd" not in line]
    whole = FileDigest(
        md5=hashlib.md5(raw, usedforsecurity=False).digest(),
        sha1=hashlib.sha1(raw, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(raw).digest(),
        media_type="message/rfc822",
        size=len(raw),
    )
    return UnreadableMessage(
        reason,
        identity=hashlib.sha256(raw).digest(),
        headers=tuple(headers),
        files=(whole,),
        file_names=("",),
        text="\n".join(words)[:MAX_TEXT_LENGTH],
    )


def _readable(data: bytes) -> str:
    text = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
    return "\n".join(strip_invisible(line) for line in text.split("\n"))


def ingest_oversize(*, head: bytes, size: int, now: datetime) -> IncomingMail:
    """Ingest a message of which only the beginning was fetched.

    It always becomes an unprocessed entry, without its files.
    """
    unreadable = _of_head(head, size)
    return _keep(unreadable, head, size=size, now=now)


def keyed_identity(identity: bytes) -> bytes:
    """Return the stored identity of a message, keyed so that database access alone does not reveal known messages."""
    return hmac.digest(current_secret("RECEIPT_PEPPER"), b"mail:" + identity, "sha256")


def sealed_content(unreadable: UnreadableMessage) -> dict[str, Any]:
    """Return the content to encrypt: {"headers": [[name, value]], "text": str, "files": [{"name", "media_type", "size",
    and digests in hex}]}, and "undecoded" as in `_undecoded`.
    """
    return {
        "headers": [list(line) for line in unreadable.headers],
        "text": unreadable.text,
        "files": [
            {"name": name, **_described(file), **_digests(file)}
            for file, name in zip(unreadable.files, unreadable.file_names, strict=True)
        ],
        **_undecoded(unreadable),
    }


def _undecoded(read: ParsedMail | UnreadableMessage) -> dict[str, Any]:
    """Return {"undecoded": [{"data": base64, "charset": str}]} if letters may be wrong, so that the text as received is kept too."""
    return {"undecoded": [each._asdict() for each in read.undecoded]} if read.undecoded else {}


def _of_head(head: bytes, size: int) -> UnreadableMessage:
    try:
        read: ParsedMail | UnreadableMessage = parse_message(head)
    except UnreadableMessage as unreadable:
        read = unreadable
    except OSError:
        raise
    except Exception:
        logger.exception("The beginning of a message could not be parsed.")
        read = parse_fallback(head, reason=TOO_LARGE)
    # Messages may differ only behind the part that was fetched.
    identity = hashlib.sha256(b"%d:" % size + read.identity).digest()
    return UnreadableMessage(
        TOO_LARGE,
        identity=_of_entry(identity, TOO_LARGE),
        headers=read.headers,
        text=_whole_text(read),
        undecoded=read.undecoded,
    )


def _of_entry(identity: bytes, reason: str) -> bytes:
    """Return the identity of an incomplete entry.

    It differs from the message's own, so that the complete message can be ingested later.
    """
    return hashlib.sha256(f"{reason}:".encode() + identity).digest()


def _keep(read: ParsedMail | UnreadableMessage, raw: bytes, *, size: int, now: datetime) -> IncomingMail:
    try:
        return _take_once(read, read.identity, size=size, now=now)
    except TEMPORARY_ERRORS:
        raise
    except Exception:  # a message must not be lost, whatever the error
        logger.exception("A parsed message could not be stored.")
    saved = parse_fallback(raw, reason=NOT_STORED)
    return _take_once(saved, _of_entry(read.identity, NOT_STORED), size=size, now=now)


def _take_once(read: ParsedMail | UnreadableMessage, identity: bytes, *, size: int, now: datetime) -> IncomingMail:
    keyed = keyed_identity(identity)
    if stored := _find_stored(keyed):
        return stored
    try:
        return _take(read, keyed, size=size, now=now)
    except IntegrityError:
        # A concurrent run has stored the same message.
        if stored := _find_stored(keyed):
            return stored
        raise


def _find_stored(keyed: bytes) -> IncomingMail | None:
    """Return the row of a message that was ingested before. Raw SQL takes a third of the ORM's time."""
    sql = "SELECT * FROM hotline_incomingmail WHERE identity = %s"
    return next(iter(IncomingMail.objects.raw(sql, [keyed])), None)


def _take(read: ParsedMail | UnreadableMessage, identity: bytes, *, size: int, now: datetime) -> IncomingMail:
    """Store the message in one transaction. Its row is written last."""
    with transaction.atomic():
        columns = _entry(read) if isinstance(read, UnreadableMessage) else _route(read, identity, now)
        mail = IncomingMail.objects.create(identity=identity, received_at=hour_of(now), size=size, **columns)
    mail.is_new = True
    return mail


def _route(mail: ParsedMail, identity: bytes, now: datetime) -> dict[str, Any]:
    mail = _without_receipts(mail)
    if notice := find_notice_of(mail):
        content = sealed_content(_content_of(mail, text=_whole_text(mail)))
        store_reply(notice=notice, identity=identity, nature=reply_kind(mail), content=content, now=now)
        return {"kind": MailKind.NOTICE}
    if package := find_package_of(mail):
        record_package_reply(package=package, mail=mail, now=now)
        columns = _sealed(mail, text=_whole_text(mail))
        return {"kind": MailKind.POLICE, "package": package, "state": MailState.OPEN, **columns}
    if mail.nature is MessageKind.BOUNCE:
        report = record_bounce(mail=mail, now=now)
        state = "" if report else MailState.OPEN
        return {"kind": MailKind.BOUNCE, "report": report, "state": state, **_sealed(mail, text=_whole_text(mail))}
    report = find_thread(mail.recipients)
    if report and mail.nature is MessageKind.AUTO_REPLY:
        audit_log.record(action="mail.auto_reply", subject=report, actor=None, now=hour_of(now))
        return {"kind": MailKind.AUTO_REPLY, "report": report, **_sealed(mail, text=_whole_text(mail))}
    if report and add_reply(report=report, mail=mail, identity=identity, now=now):
        return {"kind": MailKind.REPLY, "report": report, **_sealed(mail, text="")}
    return {"kind": MailKind.REPORT, "report": _new_report(mail, identity, now)}


def _without_receipts(mail: ParsedMail) -> ParsedMail:
    undecoded = []
    for text in mail.undecoded:
        # Codes and their placeholder are the same bytes in Latin-1.
        hidden = hide_receipts(base64.b64decode(text.data).decode("latin-1")).encode("latin-1")
        undecoded.append(text._replace(data=base64.b64encode(hidden).decode()))
    return replace(mail, text=hide_receipts(mail.text), subject=hide_receipts(mail.subject), undecoded=tuple(undecoded))


def _new_report(mail: ParsedMail, identity: bytes, now: datetime) -> Report:
    submission = Submission(
        channel=Channel.EMAIL,
        # The strictest category applies until an analyst has read the message.
        category=CSAM.code,
        category_assumed=True,
        language=mail.language,
        # This receipt is not disclosed. The automatic reply creates a new one.
        receipt=receipts.generate_code(),
        texts=_texts(mail),
        locations=mail.extraction.locations,
        files=mail.files,
    )
    report = submit_report(submission=submission, state_digest=identity, now=now)
    if report is None:
        return Report.objects.get(state_digest=identity)
    queue_auto_reply(report=report, mail=mail, now=now)
    return report


def _texts(mail: ParsedMail) -> Mapping[TextField, Mapping[str, Any]]:
    words = {"what": mail.text, "subject": mail.subject}
    empty = dict.fromkeys(("when_seen", "details", "addresses_as_typed", "app", "handle"), "")
    texts: dict[TextField, Mapping[str, Any]] = {
        TextField.WORDS: words | empty | _undecoded(mail),
        TextField.HEADERS: {"lines": [list(line) for line in mail.headers], "notes": list(mail.notes)},
    }
    if contact := mail.reply_to or mail.sender:
        # Notifications go to the sender, who may be authenticated, and not to the Reply-To address.
        texts[TextField.CONTACT] = {"contact": contact, "sender": mail.sender, "wants_answer": True}
    if mail.files:
        files = [{"name": name, **_described(file)} for file, name in zip(mail.files, mail.file_names, strict=True)]
        texts[TextField.ATTACHED] = {"files": files, "left_out": mail.parts_left_out}
    return texts


def _entry(unreadable: UnreadableMessage) -> dict[str, Any]:
    return {
        "kind": MailKind.UNREADABLE,
        "reason": unreadable.reason,
        "state": MailState.OPEN,
        **_seal(sealed_content(unreadable)),
    }


def _sealed(mail: ParsedMail, *, text: str) -> dict[str, Any]:
    """Return the encrypted columns of a message that did not become a report."""
    return _seal(sealed_content(_content_of(mail, text=text)))


def _content_of(mail: ParsedMail, *, text: str) -> UnreadableMessage:
    return UnreadableMessage(
        "",
        identity=mail.identity,
        headers=mail.headers,
        files=mail.files,
        file_names=mail.file_names,
        text=text,
        undecoded=mail.undecoded,
    )


def _seal(content: Mapping[str, Any]) -> dict[str, Any]:
    mail = IncomingMail()
    IncomingMail.CONTENT.seal(mail, json.dumps(content, ensure_ascii=False).encode(errors="replace"))
    return {"uuid": mail.uuid, "sealed": mail.sealed}


def _whole_text(read: ParsedMail | UnreadableMessage) -> str:
    """Return the text, followed by addresses found elsewhere in the message (link targets, embedded messages)."""
    if isinstance(read, UnreadableMessage):
        return read.text
    others = [location.canonical for location in read.extraction.locations if location.canonical not in read.text]
    return "\n".join([read.text, *others]) if others else read.text


def _described(file: FileDigest) -> dict[str, Any]:
    return {"media_type": file.media_type, "size": file.size}


def _digests(file: FileDigest) -> dict[str, str]:
    digests = {"md5": file.md5, "sha1": file.sha1, "sha256": file.sha256, "pdq": file.pdq}
    return {name: digest.hex() for name, digest in digests.items() if digest}
