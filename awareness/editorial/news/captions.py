"""Captions of videos: WebVTT, read once, kept as text."""

import re
from typing import Final

from django.utils.translation import gettext_lazy as _

from clicksafely.common.plaintext import TextError, clean_text
from clicksafely.common.receiving import Received

LIMIT: Final = 200_000
# W3C WebVTT, 4.1: a signature line, and cues, each with a line of two times.
_SIGNATURE: Final = re.compile(r"WEBVTT(?:[ \t][^\n]*)?(?:\n|$)")
_TIMES: Final = re.compile(
    r"^(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}[ \t]+-->[ \t]+(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}", re.MULTILINE
)


class CaptionsRefused(Exception):
    """A file that is not taken; `message` says why."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = message


def read_captions(upload: Received) -> str:
    """The text of a WebVTT file. Raises CaptionsRefused where it is none, or is not UTF-8."""
    if (upload.size or 0) > LIMIT:
        raise CaptionsRefused(_("This file is too large for captions."))
    if upload.stored is None:
        raise CaptionsRefused(upload.refusal)
    try:
        text = clean_text(upload.stored.path.read_bytes().decode("utf-8-sig"), max_length=LIMIT)
    except (UnicodeDecodeError, TextError) as error:
        raise CaptionsRefused(_("The captions cannot be read. Save them as UTF-8.")) from error
    if not _SIGNATURE.match(text) or not _TIMES.search(text):
        raise CaptionsRefused(
            _(
                "These are not captions in WebVTT: such a file begins with WEBVTT and has lines such as 00:01.000 --> 00:04.000."
            )
        )
    return text + "\n"
