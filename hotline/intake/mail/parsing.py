"""One e-mail message, as a report can be made of it. Pure; the input is hostile."""

import hashlib
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses

from hotline.intake.mail.parsed import Nature, ParsedMail, Unreadable
from hotline.triage.canonical import extract_locations
from hotline.triage.hashes.digests import digest_file

__all__ = ["Nature", "ParsedMail", "Unreadable", "parse_message"]

LONGEST_TEXT = 200_000


def parse_message(raw: bytes) -> ParsedMail:
    """What the message says. Raises Unreadable."""
    message = message_from_bytes(raw)
    message_id = (message.get("Message-ID") or "").strip().strip("<>")
    identity = hashlib.sha256(message_id.encode(errors="replace") or raw).digest()
    if not message.items():
        raise Unreadable("no_headers", identity=identity, text=raw[:LONGEST_TEXT].decode(errors="replace"))
    texts, files, names = [], [], []
    for part in message.walk():
        if part.is_multipart():
            continue
        data = part.get_payload(decode=True) or b""
        if part.get_content_maintype() == "text" and not part.get_filename():
            texts.append(data.decode(part.get_content_charset("utf-8"), errors="replace"))
        else:
            files.append(digest_file(data, media_type=part.get_content_type()))
            names.append(part.get_filename() or "")
    text = "\n".join(texts)[:LONGEST_TEXT]
    people = {
        name: getaddresses(message.get_all(name, [])) for name in ("From", "Reply-To", "To", "Cc", "Delivered-To")
    }
    first = {name: next(iter(found), ("", "")) for name, found in people.items()}
    return ParsedMail(
        message_id=message_id,
        identity=identity,
        subject=str(make_header(decode_header(message.get("Subject", "")))),
        text=text,
        sender=first["From"][1],
        sender_name=first["From"][0],
        reply_to=first["Reply-To"][1],
        recipients=tuple(each for name in ("To", "Cc", "Delivered-To") for _name, each in people[name]),
        nature=Nature.BOUNCE if message.get_content_type() == "multipart/report" else Nature.PERSON,
        failed_tag_recipients=(),
        headers=tuple((name, str(value)) for name, value in message.items()),
        authentication_results=tuple(message.get_all("Authentication-Results", [])),
        files=tuple(files),
        file_names=tuple(names),
        extraction=extract_locations(text),
        language="sr",
        notes=(),
    )
