"""Labels of parser problems and notes, for staff."""

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from hotline.intake.email.mailbox_reader import ASIDE_DAYS
from hotline.intake.email.services import INCOMPLETE, NOT_PARSED, NOT_STORED, TOO_LARGE
from hotline.models import IncomingMail

REASONS: dict[str, Promise] = {
    TOO_LARGE: pgettext_lazy("unreadable message", "it is larger than we take; only its beginning was read"),
    NOT_PARSED: pgettext_lazy("unreadable message", "our own reading of it failed"),
    NOT_STORED: pgettext_lazy("unreadable message", "it could not be stored as what it is"),
    "no_headers": pgettext_lazy("unreadable message", "it has no header lines"),
    "empty": pgettext_lazy("unreadable message", "it says nothing and nothing is attached"),
}
# Notes of the parser on irregular messages.
NOTES: dict[str, Promise] = {
    "text_cut": pgettext_lazy("odd message", "The text is longer than we keep; its end is missing."),
    "headers_cut": pgettext_lazy("odd message", "The header lines are longer than we keep; some are missing."),
    "unknown_charset": pgettext_lazy("odd message", "Its letters are in an unknown code; some may be wrong."),
    "wrong_charset": pgettext_lazy("odd message", "Its letters are in another code than it says; some may be wrong."),
    "bad_bytes": pgettext_lazy("odd message", "Some letters are damaged."),
    "bad_base64": pgettext_lazy("odd message", "A part was damaged on its way; its end may be missing."),
    "base64_in_text": pgettext_lazy(
        "odd message", "A coded file stood in the text; only what it is recognised by is kept."
    ),
    "bad_winmail": pgettext_lazy("odd message", "A winmail.dat could not be opened; what was in it is unknown."),
    "unknown_encoding": pgettext_lazy("odd message", "A part is written in an unknown way; it was taken as it stands."),
    "broken_headers": pgettext_lazy("odd message", "Some header lines are broken."),
    "several_from": pgettext_lazy("odd message", "It names several senders; the first one is taken."),
    "parts_not_found": pgettext_lazy("odd message", "Its parts could not be told apart; it was read as one text."),
    "too_deep": pgettext_lazy("odd message", "Parts within parts go deeper than we look."),
    "too_many_parts": pgettext_lazy("odd message", "It has more files than we look at; the others were only counted."),
    "too_many_addresses": pgettext_lazy(
        "odd message", "It names more addresses than we take; the first ones are taken."
    ),
    "pictures_not_compared": pgettext_lazy("odd message", "It has more pictures than we compare by likeness."),
    "encrypted": pgettext_lazy("odd message", "It is encrypted, or a part of it is; we cannot read that."),
}
_OTHER = pgettext_lazy("unreadable message", "nothing in it makes a report")


def reason_in_words(code: str) -> str:
    """Return the label of the reason code, or "" without a code."""
    return str(REASONS.get(code, _OTHER)) if code else ""


def kept_until(mail: IncomingMail) -> datetime | None:
    """Return until when the original is kept in the mailbox, or None if it is not kept."""
    return mail.received_at + timedelta(days=ASIDE_DAYS) if mail.reason in INCOMPLETE else None


def note_in_words(code: str) -> str:
    """Return the label of a note, or the code if it has no label."""
    return str(NOTES.get(code, code))
