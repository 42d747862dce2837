"""Removal of invisible and unprintable characters. Without Django: decoders in the sandbox import this module."""

import re

# Noncharacters (Unicode 23.7), which are invalid in XML and in Word files.
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
# Soft line and page breaks of word processors.
_SOFT_ENDS = str.maketrans("\x0b\x0c", "\n\n")
# Invisible characters and noncharacters in external text; unusual ones are accepted.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)


def strip_invisible(text: str) -> str:
    """Return `text` without control, zero-width and direction characters and without lone surrogates."""
    return _UNSEEN.sub("", text)


def strip_unprintable(text: str) -> str:
    """Return `text` for documents: as `strip_invisible`, without noncharacters, soft line ends as line ends."""
    return _NONCHARACTERS.sub("", strip_invisible(text.translate(_SOFT_ENDS)))
