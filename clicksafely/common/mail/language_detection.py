"""Detects the language of a text by script, then by common words."""

import re

_WORDS = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u017f]")
_LETTERS_OF_SERBIAN = re.compile("[čćžšđČĆŽŠĐ]")
_OF_ADDRESSES = ("://", "www.", "@")
_SAMPLE = 20_000

_SERBIAN_WORDS = (
    "je da se na i u sam nije su što sta šta koji koja koje kako ali ako ovo to taj ova ovaj neko nesto "
    "nešto mi me mu ga joj ih za od do iz sa "
    "po kod bi bih biti bila bio bilo ima imam nema nemam zbog kad kada gde gdje jer vas vam vaš molim hvala dobar dan zdravo postovani "
    "poštovani pozdrav prijavljujem prijava prijavim stranica stranici sajt slika slike dete deca dece "
    "dijete djeca drug drugu moj moja moje moju "
    "tog ovde ovdje tu vec već samo jos još ili ne li pa te ćete cete ću cu hocu hoću video videla vidio poslao poslala adresa"
)
_ENGLISH_WORDS = (
    "the of and to in is that it for was on are with as his they at be this have from or had by but not "
    "what all were we when your can said there "
    "an which she do how their if will about out many then them these so some her would him has more i "
    "my me you no yes hello dear please thank "
    "thanks regards report found website page pictures picture child children link"
)
_SERBIAN, _ENGLISH = frozenset(_SERBIAN_WORDS.split()), frozenset(_ENGLISH_WORDS.split())


def looks_serbian(text: str) -> bool:
    """Return whether more of its words (in Latin letters, with or without diacritics) are common in Serbian than in English."""
    words = _WORDS.findall(text[:_SAMPLE].lower())
    return sum(word in _SERBIAN for word in words) > sum(word in _ENGLISH for word in words)


def guess_language(*texts: str) -> str:
    """Return "sr", "sr-latn" or "en", from the first of the texts that shows its language; "sr" by default."""
    return next((language for text in texts if (language := _language_of(text[:_SAMPLE]))), "sr")


def _language_of(text: str) -> str:
    text = " ".join(word for word in text.split() if not any(sign in word for sign in _OF_ADDRESSES))
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if cyrillic * 3 > latin:
        return "sr"
    words = _WORDS.findall(text.lower())
    serbian = sum(word in _SERBIAN for word in words) + 2 * bool(_LETTERS_OF_SERBIAN.search(text))
    english = sum(word in _ENGLISH for word in words)
    if serbian == english:
        return ""
    return "sr-latn" if serbian > english else "en"
