"""Checks before publication of a White Paper: problems that prevent it, and remarks, each with its place."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final, NamedTuple
from unicodedata import category

from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from clicksafely.common.rich_text import html_to_text
from youthpanel.models import Edition, Member
from youthpanel.white_papers.content import WRITTEN_LANGUAGES, BilingualText, EditionContent, LanguageCode
from youthpanel.white_papers.documents.town_map import map_alt_text
from youthpanel.white_papers.layout import UNTRANSLATED_KEYS, EditionInfo, lay_out
from youthpanel.white_papers.text_variables import counted_nouns, unresolved_variables

_WORD: Final = re.compile(r"[^\W\d_]+")
# Proper names keep their alphabet in both languages, so capitalised words are ignored.
_LOWER_CASE: Final = {"sr": re.compile(r"[a-z]"), "en": re.compile(r"[а-шђјљњћџ]")}
_OTHER_ALPHABET: Final = {
    "sr": re.compile(r"(?<![A-Za-z])(?!QR\b)[A-Za-z]{2,}"),
    "en": re.compile(r"[А-Шђа-шјљњћџЂЈЉЊЋЏ]+"),
}
_PLACEHOLDER: Final = re.compile(r"%\(\w*\)\w?|[{}]")
# Excludes parts of longer numbers such as "1.071" and "2,5".
_COUNTED: Final = re.compile(r"(?<![\d.,])(\d{1,6})\s+([^\W\d_]+)")
_WRITTEN_TEXT: Final = "1"


def is_other_language(text: str, code: LanguageCode) -> bool:
    """Return whether at least half of the words of `text` are in the alphabet of the other language.

    `text` is plain or HTML. Serbian is written in Cyrillic. Capitalised words do not count, because they may be names.
    """
    words = _WORD.findall(unescape(strip_tags(text)))
    foreign = [word for word in words if _LOWER_CASE[code].match(word)]
    return bool(foreign) and len(foreign) * 2 >= len(words)


def wrong_plurals(text: str, code: LanguageCode) -> list[tuple[str, str]]:
    """Return each number with its noun in the wrong form, and the correct form: ("21 чланова", "21 члан").

    Knows the nouns that White Papers count. After a number that ends in 1, Serbian also has the genitive ("глас 21
    члана"). Its form equals the one after 2, 3 and 4.
    """
    wrong = []
    with translation.override(code):
        # The nouns after 1, 2 and 5: all forms that can follow a number.
        paradigms = list(zip(*(counted_nouns(count).values() for count in (1, 2, 5)), strict=True))
        for number, noun in dict.fromkeys(_COUNTED.findall(unescape(strip_tags(text)))):
            for forms, right in zip(paradigms, counted_nouns(int(number)).values(), strict=True):
                if noun.lower() in forms:
                    ends_in_one = number.endswith("1") and not number.endswith("11")
                    allowed = {right, forms[1]} if code == "sr" and ends_in_one else {right}
                    if noun.lower() not in allowed:
                        wrong.append((f"{number} {noun}", f"{number} {right}"))
    return wrong


def interface_faults(content: EditionContent, about: EditionInfo) -> list[str]:
    """Interface texts (headings, labels, dates) that an edition would show untranslated or with a placeholder.

    A process that started without the compiled catalogue shows English in the Serbian edition.
    """
    blank = _without_written_texts(content)
    faults = []
    for code in WRITTEN_LANGUAGES:
        layout = lay_out(blank, EditionInfo(about.number, about.issued_at, {"sr": "", "en": ""}), code)
        texts = [
            layout.kind,
            layout.edition,
            layout.author,
            layout.publisher,
            layout.description,
            layout.contents_title,
        ]
        texts += [text for row in layout.imprint for text in (row.name, row.text)]
        texts += [text for section in layout.sections for text in _texts(vars(section))]
        texts.append(map_alt_text(content["figures"]["town_codes"], code))
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


LANGUAGE_NAMES: Final = {"sr": "српски", "en": "English"}
# Symbols, private-use and unassigned characters, surrogates and control characters: the fonts lack them.
_NOT_PRINTED: Final = frozenset({"So", "Co", "Cn", "Cs", "Cc"})


_NOT_WRITTEN: Final = {
    "sr": gettext_lazy("This text is not in Serbian Cyrillic. Translate it."),
    "en": gettext_lazy("This text is not in English. Translate it, or leave it empty."),
}


class PublicationProblem(NamedTuple):
    """`where` is the part of the paper, `what` the instruction, both in the active language."""

    where: str
    what: str


class LocatedText(NamedTuple):
    """A text of the paper and its place; `needed`: it must not be empty."""

    where: str
    text: BilingualText
    needed: bool = True


def publication_problems(
    content: EditionContent, *, latest: Edition | None, changes: BilingualText | None = None, is_stale: bool = False
) -> list[PublicationProblem]:
    """Return all problems that prevent publication. `latest` is the previous edition.

    `changes` describes what is new (None: not entered yet). `is_stale`: another user saved the paper after it was
    opened.
    """
    found = [finding for text in paper_texts(content) for finding in _problems_of_text(text)]
    if is_stale:
        found.append(
            PublicationProblem(_("White Paper"), _("It was saved after you opened this page. Please check it again."))
        )
    if not content["recommendations"]:
        found.append(
            PublicationProblem(_("Recommendations"), _("There are none. Add the recommendations of the paper."))
        )
    if latest is not None and _without_day(latest.content) == _without_day(content):
        found.append(
            PublicationProblem(_("White Paper"), _("Nothing has changed since edition %(n)s.") % {"n": latest.number}),
        )
    if latest is not None and changes is not None:
        found += _problems_of_text(LocatedText(_("What changed"), changes))
    return found


def interface_problems(content: EditionContent, about: EditionInfo) -> list[PublicationProblem]:
    """Return a problem for each interface text that this process would print untranslated or with an empty placeholder."""
    return [
        PublicationProblem(
            _("Text of the portal"), _("“%(text)s” is not translated. Tell the administrator.") % {"text": text}
        )
        for text in interface_faults(content, about)
    ]


def publication_remarks(content: EditionContent) -> list[PublicationProblem]:
    """Remarks that do not prevent publication: missing English texts, and pseudonyms outside of quotations."""
    found = [
        PublicationProblem(text.where, _("There is no English text: English readers see the Serbian one."))
        for text in paper_texts(content)
        if text.text["sr"] and not text.text["en"]
    ]
    pseudonyms = set(Member.objects.filter(erased_at=None).values_list("pseudonym", flat=True))
    for text in paper_texts(content):
        found += [
            PublicationProblem(
                text.where,
                _("“%(word)s” is a member's pseudonym. Make sure that the text is not about that member.")
                % {"word": word},
            )
            for word in sorted(pseudonyms)
            if any(f" {word} " in f" {_words(wording)} " for wording in (text.text["sr"], text.text["en"]))
        ]
    return found


def paper_texts(content: EditionContent) -> Iterator[LocatedText]:
    """Yield every text of the paper that users wrote, in its order."""
    yield LocatedText(_("Title"), content["title"])
    yield LocatedText(_("Foreword"), content["foreword"])
    yield LocatedText(_("How it was made"), content["method"])
    for number, chapter in enumerate(content["chapters"], 1):
        where = _("Chapter %(n)s “%(title)s”") % {"n": number, "title": chapter["title"]["sr"]}
        yield LocatedText(where, chapter["title"])
        yield LocatedText(where, chapter["text"])
    for recommendation in content["recommendations"]:
        where = _("Recommendation %(n)s “%(title)s”") % {
            "n": recommendation["number"],
            "title": recommendation["title"]["sr"],
        }
        yield LocatedText(where, recommendation["title"])
        yield LocatedText(where, recommendation["text"])
        yield LocatedText(
            f"{where}, {pgettext('recommendation', 'in words for children')}", recommendation["child_text"], False
        )
        yield LocatedText(f"{where}, {pgettext('recommendation', 'addressed to')}", recommendation["addressee"])
    for number, annex in enumerate(content["annexes"], 1):
        where = _("Annex %(n)s “%(title)s”") % {"n": number, "title": annex["title"]["sr"]}
        yield LocatedText(where, annex["title"])
        yield LocatedText(where, annex["text"])


def _problems_of_text(text: LocatedText) -> Iterator[PublicationProblem]:
    if text.needed and not text.text["sr"].strip():
        yield PublicationProblem(text.where, _("There is no Serbian text."))
    for code in WRITTEN_LANGUAGES:
        name = LANGUAGE_NAMES[code]
        for mark in unresolved_variables(text.text[code]):
            yield PublicationProblem(
                f"{text.where} ({name})", _("“%(mark)s” is still a placeholder. Replace it.") % {"mark": mark}
            )
        if is_other_language(text.text[code], code):
            yield PublicationProblem(f"{text.where} ({name})", str(_NOT_WRITTEN[code]))
        for wrong, right in wrong_plurals(text.text[code], code):
            yield PublicationProblem(
                f"{text.where} ({name})", _("“%(wrong)s” should be “%(right)s”.") % {"wrong": wrong, "right": right}
            )
        for sign in sorted({sign for sign in html_to_text(text.text[code]) if category(sign) in _NOT_PRINTED}):
            yield PublicationProblem(
                f"{text.where} ({name})", _("“%(sign)s” cannot be printed. Remove it.") % {"sign": sign}
            )


def _words(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text).split())


def _without_day(content: object) -> object:
    """Return the content without the date of its statistics."""
    if not isinstance(content, dict):
        return content
    figures = {key: value for key, value in content["figures"].items() if key != "on"} if "figures" in content else {}
    return {**content, "figures": figures}
