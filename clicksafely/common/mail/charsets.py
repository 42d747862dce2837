"""Decodes bytes with a right, wrong, unknown or missing charset label, using the letters of Serbian text."""

import codecs
import re
from functools import lru_cache

from clicksafely.common.mail.language_detection import looks_serbian

_ALIASES = {
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "ansi": "cp1252",
    # Hebrew in logical order (RFC 1556), the order of Unicode.
    "iso-8859-8-i": "iso8859-8",
    "unicode-1-1-utf-7": "utf-7",
}
# Python's other text codecs are no mail charsets, or slow on hostile input (punycode).
_SINGLE = (
    {f"iso8859-{number}" for number in range(1, 17)}
    | {f"cp125{number}" for number in range(9)}
    | {"ascii", "koi8-r", "koi8-u", "mac-cyrillic", "mac-latin2", "mac-roman", "cp437", "cp850", "cp852", "cp855", "cp866", "cp874"}
)  # fmt: skip
_WIDE = {
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "iso2022_jp", "iso2022_kr", "hz", "gb2312", "gbk", "gb18030",
    "big5", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949",
}  # fmt: skip
_WESTERN = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-15": "cp1252", "cp1252": "cp1252"}
# Charsets of Serbian senders, in order of preference if letters do not decide.
_LIKELY = ("cp1250", "cp1251", "iso8859-2", "iso8859-5", "cp1252", "koi8-r")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 20_000
# č ć đ of windows-1250 and ISO 8859-2, where Western charsets have rare letters; š and ž of windows-1250, which no Western language uses.
_SERBIAN_ALONE = frozenset(b"\x8a\x8e\x9a\x9e")
_SERBIAN_BYTES = frozenset(b"\xc6\xc8\xd0\xe6\xe8\xf0") | _SERBIAN_ALONE

_CYRILLIC = frozenset("абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ")
_LATIN = frozenset("čćžšđČĆŽŠĐ")
_MARKS = frozenset("„“”‘’‚–—…«»§°€\u00a0•")
_WESTERN_LETTERS = frozenset("àáâäåæçèéêëìíîïñòóôöøùúûüßÀÁÂÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØÙÚÛÜ")
_RUSSIAN = frozenset("йщъыьэюяёЙЩЪЫЬЭЮЯЁ")
# Signs of a wrong guess: two scripts in one word, a capital after a small letter, adjacent letters with diacritics, a single letter.
_TWO_SCRIPTS = re.compile(r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
_ODD_CAPITAL = re.compile(r"[a-z\u00df-\u00ffčćžšđ\u0430-\u045f][\u00c0-\u00deČĆŽŠĐ\u0400-\u042f]")
_ALONE = re.compile(r"(?<![\u0400-\u04ff])(?![аиоускАИОУСК])[\u0400-\u04ff](?![\u0400-\u04ff])")
_TWO_MARKED = re.compile(r"[\u00c0-\u017f]{2}")


def decode_text(data: bytes, label: str = "") -> tuple[str, str]:
    """Return the text and a note: "unknown_charset", "wrong_charset" (differs from the label), "bad_bytes" or "". Never fails."""
    charset = _codec_name(label)
    unknown = "unknown_charset" if label and not charset else ""
    if charset == "utf-7":
        if data.isascii():
            return _by_label(data, charset)
        charset, unknown = "", "wrong_charset"
    if data.isascii() and b"\x1b" not in data and b"~{" not in data and b"\0" not in data:
        return data.decode("ascii"), unknown
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace"), ""
    if charset in _WIDE:
        text, note = _by_label(data, charset)
        return (text, note) if not note or not _is_utf8(data) else (data.decode(), "wrong_charset")
    if b"\0" in data[:_SAMPLE] and (wide := _unlabelled_utf16(data)):
        return data.decode(wide, "replace"), unknown
    if _is_utf8(data):
        wrong = charset not in {"", "utf-8"} and not data.isascii()
        return data.decode(), unknown or ("wrong_charset" if wrong else "")
    if charset in {"", "utf-8"} and _is_mostly_utf8(data):
        return data.decode("utf-8", "replace"), unknown or "bad_bytes"
    if charset in _SINGLE - set(_LIKELY) - set(_WESTERN):
        return _by_label(data, charset)
    charset = _WESTERN.get(charset, charset)
    best = _likeliest(data[:_SAMPLE], charset)
    return data.decode(best, "replace"), unknown or ("wrong_charset" if charset and best != charset else "")


@lru_cache(maxsize=256)
def _codec_name(label: str) -> str:
    """Return Python's name of the charset, "" if it is unknown or refused."""
    label = label.strip("\"' \t").lower()
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
    except (LookupError, ValueError):
        return ""
    return name if name in _SINGLE or name in _WIDE or name in ("utf-8", "utf-7") else ""


def _by_label(data: bytes, charset: str) -> tuple[str, str]:
    text = data.decode(charset, "replace")
    return text, "bad_bytes" if "\ufffd" in text else ""


def _unlabelled_utf16(data: bytes) -> str:
    """Return the codec of UTF-16 text without a byte order mark, or "". Upper bytes of European letters are 0 or 4."""
    sample = data[:_SAMPLE]
    upper_first, upper_last = (sum(map(sample[start::2].count, (0, 4))) for start in (0, 1))
    if max(upper_first, upper_last) < len(sample) * 0.4:
        return ""
    return "utf-16-be" if upper_first > upper_last else "utf-16-le"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(data: bytes) -> bool:
    """Return whether much of the non-ASCII content is valid UTF-8, which other charsets do not produce by chance."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return 2 * (sum(character > "\x7f" for character in text) - broken) >= broken


def _likeliest(sample: bytes, charset: str) -> str:
    marked = {byte for byte in sample if byte > 0x7F}
    serbian = (
        marked <= _SERBIAN_BYTES or bool(marked & _SERBIAN_ALONE) or looks_serbian(sample.decode("ascii", "ignore"))
    )
    first = [charset] if charset in _LIKELY else []
    return max([*first, *_LIKELY], key=lambda name: _score(sample, name, serbian=serbian, labelled=name == charset))


def _score(sample: bytes, charset: str, *, serbian: bool, labelled: bool) -> int:
    text = sample.decode(charset, "replace")
    score = 2 * (labelled and charset != "cp1252")
    by_label = labelled and charset == "cp1252"
    for character in filter(lambda each: each > "\x7f", text):
        if character in _CYRILLIC:
            score += 3
        elif character in _LATIN:
            score += 3 if serbian else 1
        elif character in _WESTERN_LETTERS or character in _MARKS or character in _RUSSIAN:
            score += 1
        else:
            score -= 3
        score += by_label
    mistakes = (len(sign.findall(text)) for sign in (_TWO_SCRIPTS, _ODD_CAPITAL, _TWO_MARKED, _ALONE))
    return score - 4 * sum(mistakes)
