"""Checks of the wording of an edition: untranslated text, placeholders without a value, nouns in the wrong plural."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final

from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import npgettext

from youthpanel.papers.content import WRITTEN, Code, Content
from youthpanel.papers.documents.townmap import alternative
from youthpanel.papers.laying import UNTRANSLATED_KEYS, About, lay_out

_WORD: Final = re.compile(r"[^\W\d_]+")
# Proper names keep their alphabet in both languages: a word that starts with a capital letter proves nothing.
_LOWER_CASE: Final = {"sr": re.compile(r"[a-z]"), "en": re.compile(r"[а-шђјљњћџ]")}
_OTHER_ALPHABET: Final = {"sr": re.compile(r"[A-Za-z]{2,}"), "en": re.compile(r"[А-Шђа-шјљњћџЂЈЉЊЋЏ]+")}
_PLACEHOLDER: Final = re.compile(r"%\(\w*\)\w?|[{}]")
# Not a part of a longer number: "1.071", "2,5".
_COUNTED: Final = re.compile(r"(?<![\d.,])(\d{1,6})\s+([^\W\d_]+)")
_WRITTEN_TEXT: Final = "1"


def is_other_language(text: str, code: Code) -> bool:
    """Return whether half of the words of `text` (plain or HTML) or more are in the alphabet of the other language.

    Serbian is written in Cyrillic. Words that start with a capital letter do not count: they may be names.
    """
    words = _WORD.findall(unescape(strip_tags(text)))
    foreign = [word for word in words if _LOWER_CASE[code].match(word)]
    return bool(foreign) and len(foreign) * 2 >= len(words)


def wrong_plurals(text: str, code: Code) -> list[tuple[str, str]]:
    """Return each number with its noun in the wrong form, and the same as it should be: ("21 чланова", "21 члан").

    Knows the nouns that White Papers count. After a number that ends in 1, Serbian also has the genitive ("глас 21 члана"),
    which has the form that follows 2, 3 and 4.
    """
    wrong = []
    with translation.override(code):
        # The nouns after 1, 2 and 5: every form that a noun can have after a number.
        paradigms = list(zip(*(_counted_nouns(count) for count in (1, 2, 5)), strict=True))
        for number, noun in dict.fromkeys(_COUNTED.findall(unescape(strip_tags(text)))):
            for forms, right in zip(paradigms, _counted_nouns(int(number)), strict=True):
                if noun.lower() in forms:
                    ends_in_one = number.endswith("1") and not number.endswith("11")
                    allowed = {right, forms[1]} if code == "sr" and ends_in_one else {right}
                    if noun.lower() not in allowed:
                        wrong.append((f"{number} {noun}", f"{number} {right}"))
    return wrong


def interface_faults(content: Content, about: About) -> list[str]:
    """Return the texts of the portal itself (headings, labels, dates) that an edition would show untranslated or with a placeholder.

    A process that started without the compiled catalogue shows English in the Serbian edition.
    """
    blank = _without_written_texts(content)
    faults = []
    for code in WRITTEN:
        laid = lay_out(blank, About(about.number, about.issued_at, {"sr": "", "en": ""}), code)
        texts = [laid.under, laid.author, laid.description, laid.contents_title]
        texts += [text for section in laid.sections for text in _texts(vars(section))]
        texts.append(alternative(content["figures"]["town_codes"], code))
        faults += [text for text in texts if _OTHER_ALPHABET[code].search(text) or _PLACEHOLDER.search(text)]
    return list(dict.fromkeys(faults))


def _without_written_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_written_texts(part) for part in value]
    if isinstance(value, dict):
        if value.keys() == {"sr", "en"}:
            return {"sr": _WRITTEN_TEXT, "en": _WRITTEN_TEXT}
        return {
            key: _WRITTEN_TEXT if key == "pseudonym" and part else _without_written_texts(part)
            for key, part in value.items()
        }
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part if isinstance(part, str | list | dict) else vars(part))
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in UNTRANSLATED_KEYS:
                yield from _texts(part)


def _counted_nouns(n: int) -> list[str]:
    texts = (
        npgettext("counted", "%(n)s member", "%(n)s members", n),
        npgettext("counted", "%(n)s meeting", "%(n)s meetings", n),
        npgettext("counted", "%(n)s consultation", "%(n)s consultations", n),
        npgettext("counted", "%(n)s town", "%(n)s towns", n),
        npgettext("counted", "%(n)s school", "%(n)s schools", n),
    )
    return [text.partition(" ")[2] for text in texts]
