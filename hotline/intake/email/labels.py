"""Labels of parser problems and notes, for staff."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from clicksafely.common.invisible_characters import strip_invisible
from hotline.intake.email.mailbox_reader import ASIDE_DAYS
from hotline.intake.email.services import INCOMPLETE, NOT_PARSED, NOT_STORED, TOO_LARGE
from hotline.models import IncomingMail


class OtherReading(NamedTuple):
    """A text as read in a charset."""

    charset: str
    text: str


REASONS: dict[str, Promise] = {
    TOO_LARGE: pgettext_lazy("unreadable message", "it exceeds the size limit; only its beginning was read"),
    NOT_PARSED: pgettext_lazy("unreadable message", "our program could not read it"),
    NOT_STORED: pgettext_lazy("unreadable message", "it could not be stored in its original form"),
    "no_headers": pgettext_lazy("unreadable message", "it has no header lines"),
    "empty": pgettext_lazy("unreadable message", "it has no text and no attachments"),
}
# Notes of the parser on irregular messages.
NOTES: dict[str, Promise] = {
    "text_cut": pgettext_lazy("message note", "The text is longer than the limit. Its end is missing."),
    "headers_cut": pgettext_lazy("message note", "The header is longer than the limit. Some lines are missing."),
    "unknown_charset": pgettext_lazy("message note", "Its character encoding is unknown. Some letters may be wrong."),
    "wrong_charset": pgettext_lazy(
        "message note", "Its character encoding differs from the declared one. Some letters may be wrong."
    ),
    "bad_bytes": pgettext_lazy("message note", "Some letters are damaged."),
    "bad_base64": pgettext_lazy("message note", "One part was damaged in transit. Its end may be missing."),
    "base64_in_text": pgettext_lazy("message note", "The text contained an encoded file. Only its hashes are kept."),
    "bad_winmail": pgettext_lazy("message note", "A winmail.dat file could not be opened. Its contents are unknown."),
    "unknown_encoding": pgettext_lazy("message note", "One part uses an unknown encoding. It was kept unchanged."),
    "broken_headers": pgettext_lazy("message note", "Some header lines are broken."),
    "several_from": pgettext_lazy("message note", "It names several senders. The first one was taken."),
    "parts_not_found": pgettext_lazy("message note", "Its parts could not be separated. It was read as one text."),
    "too_deep": pgettext_lazy("message note", "Its parts are nested too deeply to read completely."),
    "too_many_parts": pgettext_lazy("message note", "It has more files than the limit. The rest were only counted."),
    "too_many_addresses": pgettext_lazy(
        "message note", "It contains more addresses than the limit. The first ones were taken."
    ),
    "pictures_not_compared": pgettext_lazy(
        "message note", "It has more pictures than the limit for similarity matching."
    ),
    "encrypted": pgettext_lazy("message note", "Some or all of it is encrypted and cannot be read."),
}
# Charsets of texts that senders declare wrongly, by Python's names.
READINGS = ("utf-8", "windows-1250", "windows-1251", "iso-8859-2", "iso-8859-5", "koi8-r", "windows-1252")
_OTHER = pgettext_lazy("unreadable message", "it contains nothing to report")


def reason_in_words(code: str) -> str:
    """Return the label of the reason code, or "" without a code."""
    return str(REASONS.get(code, _OTHER)) if code else ""


def kept_until(mail: IncomingMail) -> datetime | None:
    """Return until when the original is kept in the mailbox, or None if it is not kept."""
    return mail.received_at + timedelta(days=ASIDE_DAYS) if mail.reason in INCOMPLETE else None


def other_readings(undecoded: Sequence[Mapping[str, str]]) -> list[OtherReading]:
    """Return the different ways to read texts whose letters may be wrong (see `services._undecoded`)."""
    readings: dict[str, str] = {}
    for charset in READINGS:
        text = "\n\n".join(base64.b64decode(each["data"]).decode(charset, "replace") for each in undecoded)
        readings.setdefault(strip_invisible(text), charset)
    return [OtherReading(charset, text) for text, charset in readings.items()]


def note_in_words(code: str) -> str:
    """Return the label of a note, or the code if it has no label."""
    return str(NOTES.get(code, code))
