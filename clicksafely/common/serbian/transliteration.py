"""Transliteration of Serbian Cyrillic to Latin."""

import codecs
import re
from collections.abc import Iterator

_SMALL = {
    **dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True)),
    "љ": "lj",
    "њ": "nj",
    "џ": "dž",
    # An accented vowel with its own code point (NFC composes it from the vowel and its accent).
    "ѐ": "è",
    "ѝ": "ì",
    "ӣ": "ī",
    "ӯ": "ū",
}
LATIN_LETTERS = {**_SMALL, **{cyrillic.upper(): latin.capitalize() for cyrillic, latin in _SMALL.items()}}
"""Serbian Cyrillic letter -> Latin letters; a digraph's capital has its title form (Lj, Nj, Dž)."""

# Addresses in text: a URL with a Cyrillic letter, from "://" on; the two parts of an e-mail address.
_ADDRESS = re.compile(r"""://[^\s<>"'\u0400-\u052F]*+[\u0400-\u052F][^\s<>"']*+|@[^\s<>"'@]++""")
_LOCAL_PART = re.compile(r"""[^\s<>"'@(),;:]+\Z""")
_MAX_LOCAL_PART = 64
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")
_FOREIGN_LETTER = re.compile(f"[{''.join({*map(chr, range(0x400, 0x530))} - {*LATIN_LETTERS})}]")
_WORD = re.compile(r"[\w\u0300-\u036F\u00AD]++")

# Accents, soft hyphens and tags inside a word do not separate its letters: <b>Њ</b>ЕГОШ is one word.
_GAP = r"(?:[\u0300-\u036F\u00AD]|&shy;|</?(?:a|abbr|b|em|i|mark|small|span|strong|sub|sup|u|wbr)\b[^<>]*+>)*+"
_LETTER = r"[^\W\d_]"
# Characters between an initial or a list letter and its word: "Љ. ", "Њ) ", "Џ-".
_BETWEEN = rf"{_GAP}(?:&nbsp;|[^\w\n<&]){{1,3}}{_GAP}"
_CAPITAL_DIGRAPH = re.compile("[ЉЊЏ]")
_NEXT_LETTER = re.compile(rf"{_GAP}({_LETTER})")
_LAST_LETTER = re.compile(rf"({_LETTER}){_GAP}\Z")
_NEXT_WORD = re.compile(rf"{_BETWEEN}({_LETTER}){_GAP}({_LETTER})?+")
_LAST_WORD = re.compile(rf"({_LETTER}){_GAP}({_LETTER}){_BETWEEN}\Z")
_LOOK_BACK = 120  # characters; a longer run of tags inside a word is not examined

# str.translate needs a dictionary lookup per character; a one-byte encoding of the characters of our pages takes a fifth of the time.
# Other text (emoji, other scripts) uses the slow path.
_TRANSLATION = {ord(cyrillic): latin for cyrillic, latin in LATIN_LETTERS.items()}
_DIGRAPHS = {"lj": "\ue000", "nj": "\ue001", "dž": "\ue002"}
_FROM = "".join(
    [
        *map(chr, range(128)),
        *(letter for letter in LATIN_LETTERS if letter not in "ЉЊЏ"),
        *"čćđšžČĆĐŠŽ\u00a0„“”‘’‚–—…«»•·×→←↑↓✓№©®€°§½é",
    ]
)
_TO = "".join(_DIGRAPHS.get(LATIN_LETTERS.get(letter, letter), LATIN_LETTERS.get(letter, letter)) for letter in _FROM)
_FILL = "\ufffe" * (256 - len(_FROM))  # decoded as "undefined" by codecs
_ENCODING = codecs.charmap_build(_FROM + _FILL)
_DECODING = _TO + _FILL


def to_latin(text: str) -> str:
    """Return `text` with Serbian Cyrillic converted to Latin.

    URLs, e-mail addresses, and words with letters of other Cyrillic alphabets stay unchanged. The letters Љ, Њ and Џ
    become Lj, Nj and Dž, or LJ, NJ and DŽ among capitals. They are among capitals before a capital letter and at the
    end of a word of capitals. An initial or list letter next to such a word is among capitals, too. Idempotent.
    """
    if text.isascii():
        return text
    return _convert_outside(_addresses(text), text) if "://" in text or "@" in text else _convert(text)


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of addresses with Cyrillic letters."""
    for address in _ADDRESS.finditer(text):
        start, end = address.span()
        if text[start] == "@":
            local = _LOCAL_PART.search(text[max(0, start - _MAX_LOCAL_PART) : start])
            start = start - len(local[0]) if local else end
        if _CYRILLIC_LETTER.search(text, start, end):
            yield start, end


def _convert_outside(places: Iterator[tuple[int, int]], text: str) -> str:
    """Convert all but the given places, which are in order and may overlap."""
    parts, done = [], 0
    for start, end in places:
        parts += [_convert(text[done:start]), text[max(done, start) : end]]
        done = max(done, end)
    return "".join([*parts, _convert(text[done:])])


def _convert(text: str) -> str:
    latin = _CAPITAL_DIGRAPH.sub(_capital_digraph, text) if "Њ" in text or "Љ" in text or "Џ" in text else text
    try:
        encoded = codecs.charmap_encode(latin, "strict", _ENCODING)[0]
    except UnicodeEncodeError:
        if not _FOREIGN_LETTER.search(text):
            return latin.translate(_TRANSLATION)
        return _convert_outside((word.span() for word in _WORD.finditer(text) if _FOREIGN_LETTER.search(word[0])), text)
    latin = codecs.charmap_decode(encoded, "strict", _DECODING)[0]
    for digraph, mark in _DIGRAPHS.items():
        latin = latin.replace(mark, digraph)
    return latin


def _capital_digraph(match: re.Match[str]) -> str:
    latin = LATIN_LETTERS[match[0]]
    return latin.upper() if _among_capitals(match.string, *match.span()) else latin


def _among_capitals(text: str, start: int, end: int) -> bool:
    if following := _NEXT_LETTER.match(text, end):
        return following[1].isupper()
    before = text[max(0, start - _LOOK_BACK) : start]
    if preceding := _LAST_LETTER.search(before):
        return preceding[1].isupper()
    if word := _NEXT_WORD.match(text, end):
        return word[1].isupper() and (word[2] or "").isupper()
    last = _LAST_WORD.search(before)
    return last is not None and last[1].isupper() and last[2].isupper()
