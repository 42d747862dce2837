"""Text that people type, made fit to be stored, searched, printed and shown beside other text."""

import re
import unicodedata

from django.utils.translation import gettext as _

# U+FFFD stands where Django could not decode a form that was not sent as UTF-8.
_UNREADABLE = re.compile("[\x00\ud800-\udfff\ufffd]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
# Controls, and what is invisible or turns the direction of what follows: it could hide or reverse words and addresses.
# The zero-width joiner goes too: an emoji made of several is then shown as several, which no report depends on.
_INVISIBLE = re.compile(
    "[\x01-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
# No characters at all (Unicode 23.7), which XML and with it Word's files cannot hold.
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
# What word processors make of a line end within a paragraph, and of a page's.
_SOFT_ENDS = str.maketrans("\x0b\x0c", "\n\n")
# What is invisible or no character in text that comes from outside; more lenient with what is only unusual.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)


class TextError(ValueError):
    """Why a text cannot be taken: `message` (translated, completed by `params`) says what to do, `code` names the case."""

    def __init__(self, message: str, *, code: str, params: dict[str, int] | None = None) -> None:
        self.message = message
        self.code = code
        self.params = params or {}
        super().__init__(code)


def clean_text(value: str, *, max_length: int) -> str:
    """`value` in NFC with `\\n` line ends, without invisible and control characters and without white space at both ends.

    Tabs and line ends stay. Raises TextError: "unreadable" for NUL, lone surrogates and U+FFFD, "too_long" for more than
    `max_length` characters (code points) after cleaning.
    """
    if _UNREADABLE.search(value):
        raise TextError(
            _("Part of this text could not be read and is marked �. Please delete the mark and type that part again."),
            code="unreadable",
        )
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", value))
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > max_length:
        raise TextError(
            _("This text is too long: %(count)d characters, and at most %(limit)d fit. Please shorten it."),
            code="too_long",
            params={"count": len(text), "limit": max_length},
        )
    return text


def strip_invisible(text: str) -> str:
    """`text` without control, zero-width and direction characters and without lone surrogates."""
    return _UNSEEN.sub("", text)


def strip_unprintable(text: str) -> str:
    """`text` as documents can hold it: `visible`, without noncharacters, soft line ends as line ends."""
    return _NONCHARACTERS.sub("", strip_invisible(text.translate(_SOFT_ENDS)))
