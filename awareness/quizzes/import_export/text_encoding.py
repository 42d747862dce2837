"""Decodes files as UTF-8, UTF-16 or an unambiguous Serbian code page."""

import codecs
import re
from typing import Final

from django.utils.translation import gettext as _

from awareness.quizzes.import_export.parse_result import ParseNote

MAX_BYTES: Final = 2 * 1024 * 1024
_CYRILLIC: Final = frozenset("абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ")
_LATIN: Final = frozenset("čćđšžČĆĐŠŽ")
_MARKS: Final = frozenset("„“”‘’–—…•§°«»\xa0")
_OLD: Final = (("cp1251", "Windows-1251", _CYRILLIC), ("cp1250", "Windows-1250", _LATIN))
# A Latin letter of one code page is a Cyrillic letter of the other. Neighbouring letters decide: words use one script.
_TOGETHER: Final = re.compile("(?<=[А-џЂ-Џ])[А-џЂ-Џ]")
_MIXED: Final = re.compile("(?<=[А-џЂ-Џ])[A-Za-z]|(?<=[A-Za-z])[А-џЂ-Џ]")
_WIDE: Final = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Undecodable(Exception):
    """The encoding cannot be determined. `note` has the line and the reason."""

    def __init__(self, note: ParseNote) -> None:
        super().__init__(str(note))
        self.note = note


def decode(data: bytes) -> tuple[str, tuple[ParseNote, ...]]:
    """Decode a file. Return the text and notes. Raises Undecodable."""
    if len(data) > MAX_BYTES:
        raise Undecodable(ParseNote(0, _("The file is larger than 2 MB. Split it.")))
    if not data.strip():
        raise Undecodable(ParseNote(0, _("This file is empty.")))
    for mark, coding in _WIDE:
        if data.startswith(mark):
            return _wide(data[len(mark) :], coding), ()
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        return _old(data, data.count(b"\n", 0, error.start) + 1)


def _wide(data: bytes, coding: str) -> str:
    try:
        return data.decode(coding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(coding, "ignore").count("\n") + 1
        raise Undecodable(ParseNote(line, _("The file cannot be read. Save it as UTF-8."))) from error


def _old(data: bytes, line: int) -> tuple[str, tuple[ParseNote, ...]]:
    """Try old code pages. One fits if all non-ASCII characters are Serbian letters or common punctuation."""
    for coding, name, letters in _OLD:
        text = data.decode(coding, "replace")
        foreign = {sign for sign in set(text) if not sign.isascii()}
        if (
            foreign <= letters | _MARKS
            and foreign & letters
            and len(_MIXED.findall(text)) <= len(_TOGETHER.findall(text))
        ):
            return text, (
                ParseNote(
                    0,
                    _("The file is not in UTF-8 and was read as %(name)s. Check the letters.") % {"name": name},
                    False,
                ),
            )
    raise Undecodable(ParseNote(line, _("The file is not in UTF-8. Save it as UTF-8.")))
