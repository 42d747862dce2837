"""Normalisation of user input: NFC, no invisible or control characters."""

import re
import unicodedata

from django.utils.translation import gettext as _

# Django decodes invalid UTF-8 of a form to U+FFFD.
_UNREADABLE = re.compile("[\x00\ud800-\udfff\ufffd]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
# Control, invisible and direction-changing characters could hide or reverse words and addresses.
# This includes the zero-width joiner: a combined emoji is then shown as several.
_INVISIBLE = re.compile(
    "[\x01-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)


class TextError(ValueError):
    """Rejected text: `message` (translated, completed by `params`) says what to do, `code` names the case."""

    def __init__(self, message: str, *, code: str, params: dict[str, int] | None = None) -> None:
        self.message = message
        self.code = code
        self.params = params or {}
        super().__init__(code)


def clean_text(value: str, *, max_length: int) -> str:
    """Return `value` in NFC with `\\n` line ends, without invisible and control characters, stripped of white space.

    Keeps tabs and line ends. Raises TextError: "unreadable" for NUL, lone surrogates and U+FFFD, "too_long" for more than `max_length`
    characters (code points) after cleaning.
    """
    if _UNREADABLE.search(value):
        raise TextError(
            _(
                "Some characters of this text could not be read. They are marked �. Please delete the marks and "
                "type that part again."
            ),
            code="unreadable",
        )
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", value))
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > max_length:
        raise TextError(
            _("This text has %(count)d characters; the limit is %(limit)d. Please shorten it."),
            code="too_long",
            params={"count": len(text), "limit": max_length},
        )
    return text
