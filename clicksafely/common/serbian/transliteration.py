"""Transliteration of Serbian Cyrillic to Latin."""

import codecs
import re

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
    """Return `text` with Serbian Cyrillic converted to Latin; everything else, including other Cyrillic letters, stays.

    Љ, Њ and Џ become Lj, Nj and Dž, or LJ, NJ and DŽ among capitals: before a capital letter, at the end of a word of capitals, and as an
    initial or list letter next to such a word. Idempotent.
    """
    if text.isascii():
        return text
    if "Њ" in text or "Љ" in text or "Џ" in text:
        text = _CAPITAL_DIGRAPH.sub(_capital_digraph, text)
    try:
        encoded = codecs.charmap_encode(text, "strict", _ENCODING)[0]
    except UnicodeEncodeError:
        return text.translate(_TRANSLATION)
    latin: str = codecs.charmap_decode(encoded, "strict", _DECODING)[0]
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
