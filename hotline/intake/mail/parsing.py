"""One e-mail message, as a report can be made of it. Pure; the input is hostile, and takes time and room in proportion to its length."""

import hashlib
import re

from clicksafely.common.mail.headers import Headers, one_line, read_headers
from clicksafely.common.mail.languages import guess_language
from clicksafely.common.mail.mailboxes import Mailbox, read_mailboxes, recipients_of
from clicksafely.common.mail.natures import Nature, nature_of
from clicksafely.common.mail.reports import failed_in_head
from clicksafely.common.mail.structure import with_line_ends
from hotline.intake.mail.contents import Contents
from hotline.intake.mail.parsed import SEVERAL_FROM, ParsedMail, Unreadable

__all__ = ["Nature", "ParsedMail", "Unreadable", "parse_message"]

LONGEST_SUBJECT = 1_000
LONGEST_SHOWN_VALUE = 4_000
LONGEST_SHOWN_HEADERS = 100_000
MAX_RESULTS = 50

# What the same message has wherever it is delivered.
_LASTING_HEADERS = ("date", "from", "sender", "reply-to", "to", "cc", "subject", "in-reply-to")
_LEADING_LINES = re.compile(rb"[\r\n]*+")
_MESSAGE_ID = re.compile(rb"<([!-;=?-~]{1,450}@[!-;=?-~]{1,450})>|\s*([!-;=?-~]{1,450}@[!-;=?-~]{1,450})\s*")
_OTHERS_WORDS = re.compile(r"(?m)^(?:>|-{5,})[^\n]*$")


def parse_message(raw: bytes) -> ParsedMail:
    """What the message says. Raises Unreadable where no report can be made of it: "no_headers" or "empty"."""
    raw = with_line_ends(raw[_LEADING_LINES.match(raw).end() :])  # type: ignore[union-attr]
    headers, position = read_headers(raw)
    message_id = _message_id(headers)
    identity = _identity(message_id, headers, raw, position)
    contents = Contents()
    if not headers.lines:
        contents.read_bytes(raw)
        raise _unreadable("no_headers", identity, (), contents, contents.text())
    contents.read_message(raw)
    subject = headers.text("subject")[:LONGEST_SUBJECT]
    contents.finder.search(subject)
    shown = _shown(headers, contents.notes)
    text = contents.text()
    senders = read_mailboxes(headers.all("from"))
    sender = next((each for each in senders if each.address), next(iter(senders), Mailbox("", "")))
    if len(senders) > 1:
        contents.notes[SEVERAL_FROM] = None
    nature = nature_of(headers, sender.address)
    extraction = contents.finder.extraction()
    if contents.finder.cut:
        contents.notes["too_many_addresses"] = None
    if headers.broken:
        contents.notes["broken_headers"] = None
    if nature is not Nature.BOUNCE and not (subject or text or contents.files.digests):
        raise _unreadable("empty", identity, shown, contents, text)
    return ParsedMail(
        message_id=message_id,
        identity=identity,
        subject=subject,
        text=text,
        sender=sender.address,
        sender_name=sender.name[:LONGEST_SUBJECT],
        reply_to=next((each.address for each in read_mailboxes(headers.all("reply-to")) if each.address), ""),
        recipients=recipients_of(headers),
        nature=nature,
        failed_tag_recipients=_failed(headers, contents) if nature is Nature.BOUNCE else (),
        headers=shown,
        authentication_results=tuple(
            one_line(value.decode("latin-1")) for value in headers.all("authentication-results")[:MAX_RESULTS]
        ),
        files=tuple(contents.files.digests),
        file_names=tuple(contents.files.names),
        extraction=extraction,
        language=guess_language(_OTHERS_WORDS.sub("", text), subject, text),
        notes=tuple(contents.notes),
        parts_left_out=contents.files.left_out,
    )


def _unreadable(
    reason: str, identity: bytes, headers: tuple[tuple[str, str], ...], contents: Contents, text: str
) -> Unreadable:
    digests, names = tuple(contents.files.digests), tuple(contents.files.names)
    return Unreadable(reason, identity=identity, headers=headers, files=digests, file_names=names, text=text)


def _message_id(headers: Headers) -> str:
    value = headers.first("message-id")
    match = _MESSAGE_ID.match(value)
    return (match[1] or match[2]).decode("ascii") if match else ""


def _identity(message_id: str, headers: Headers, raw: bytes, position: int) -> bytes:
    if message_id:
        return hashlib.sha256(b"message-id:" + message_id.encode()).digest()
    # An IMAP server sends CRLF, a pipe LF, and either may add an empty line.
    body = raw[position:].replace(b"\r\n", b"\n").rstrip()
    digest = hashlib.sha256(b"content:")
    if not body and not headers.first("date"):
        # A torso: nothing of it tells it from others but the whole.
        digest.update(raw.replace(b"\r\n", b"\n").rstrip())
    for name in _LASTING_HEADERS:
        for value in headers.all(name):
            digest.update(b"%s:%s\n" % (name.encode(), b" ".join(value.split())))
    digest.update(body)
    return digest.digest()


def _shown(headers: Headers, notes: dict[str, None]) -> tuple[tuple[str, str], ...]:
    shown: list[tuple[str, str]] = []
    room = LONGEST_SHOWN_HEADERS
    for name, value in headers.decoded():
        room -= len(name) + min(len(value), LONGEST_SHOWN_VALUE)
        if len(value) > LONGEST_SHOWN_VALUE or room < 0:
            notes["headers_cut"] = None
        if room < 0:
            break
        shown.append((name, value[:LONGEST_SHOWN_VALUE]))
    return tuple(shown)


def _failed(headers: Headers, contents: Contents) -> tuple[str, ...]:
    """By the delivery status, and by the header line of mail systems that send none."""
    return tuple(dict.fromkeys([*contents.failed, *failed_in_head(headers)]))
