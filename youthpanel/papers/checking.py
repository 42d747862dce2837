"""What keeps a White Paper from being issued, and what its author should know before; each with the place where it is."""

from collections.abc import Iterator
from typing import Final, NamedTuple
from unicodedata import category

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from clicksafely.common.richtext import plain_text
from youthpanel.models import Edition, Member
from youthpanel.papers.content import WRITTEN, Both, Content
from youthpanel.papers.laying import About
from youthpanel.papers.placeholders import unanswered
from youthpanel.papers.text_checks import interface_faults, is_other_language, wrong_plurals

LANGUAGE_NAMES: Final = {"sr": "српски", "en": "English"}
# Pictures in place of letters, signs of one's own, and what is no letter at all: no typeface of ours has them.
_NOT_PRINTED: Final = frozenset({"So", "Co", "Cn", "Cs", "Cc"})


_NOT_WRITTEN: Final = {
    "sr": gettext_lazy("This text is not in Serbian Cyrillic. Translate it."),
    "en": gettext_lazy("This text is not in English. Translate it, or leave it empty."),
}


class Finding(NamedTuple):
    """`where` names the part of the paper, `what` says what to do, both in the active language."""

    where: str
    what: str


class Text(NamedTuple):
    """A text of the paper and where it stands; `needed`: it may not be empty."""

    where: str
    text: Both
    needed: bool = True


def problems_of(
    content: Content, *, latest: Edition | None, changes: Both | None = None, is_stale: bool = False
) -> list[Finding]:
    """All that has to be mended before this can be issued. `latest` is the edition before it, `changes` says what is new (None: not asked yet).

    `is_stale`: somebody saved the paper after it was looked at.
    """
    found = [finding for text in texts_of(content) for finding in _problems_of_text(text)]
    if is_stale:
        found.append(
            Finding(_("White Paper"), _("Somebody saved it after you opened this page. Look at it once more."))
        )
    if not content["recommendations"]:
        found.append(Finding(_("Recommendations"), _("There is none. Add those that the paper makes.")))
    if latest is not None and _without_day(latest.content) == _without_day(content):
        found.append(
            Finding(_("White Paper"), _("Nothing has changed since edition %(n)s.") % {"n": latest.number}),
        )
    if latest is not None and changes is not None:
        found += _problems_of_text(Text(_("What changed"), changes))
    return found


def problems_of_interface(content: Content, about: About) -> list[Finding]:
    """Return a finding for each text of the portal that this process would print untranslated or with an empty placeholder."""
    return [
        Finding(_("Text of the portal"), _("“%(text)s” is not translated. Tell the administrator.") % {"text": text})
        for text in interface_faults(content, about)
    ]


def remarks_on(content: Content) -> list[Finding]:
    """What may stay as it is, but should be known: texts without English, and pseudonyms in texts that are nobody's quotation."""
    found = [
        Finding(text.where, _("There is no English: English readers will see the Serbian text."))
        for text in texts_of(content)
        if text.text["sr"] and not text.text["en"]
    ]
    pseudonyms = set(Member.objects.filter(erased_at=None).values_list("pseudonym", flat=True))
    for text in texts_of(content):
        found += [
            Finding(
                text.where,
                _("“%(word)s” is a member's pseudonym. Make sure that the text does not speak of that member.")
                % {"word": word},
            )
            for word in sorted(pseudonyms)
            if any(f" {word} " in f" {_words(said)} " for said in (text.text["sr"], text.text["en"]))
        ]
    return found


def texts_of(content: Content) -> Iterator[Text]:
    """Every text that somebody wrote for the paper, in the order of the paper."""
    yield Text(_("Title"), content["title"])
    yield Text(_("Foreword"), content["foreword"])
    yield Text(_("How it was made"), content["method"])
    for number, chapter in enumerate(content["chapters"], 1):
        where = _("Chapter %(n)s “%(title)s”") % {"n": number, "title": chapter["title"]["sr"]}
        yield Text(where, chapter["title"])
        yield Text(where, chapter["text"])
    for recommendation in content["recommendations"]:
        where = _("Recommendation %(n)s “%(title)s”") % {
            "n": recommendation["number"],
            "title": recommendation["title"]["sr"],
        }
        yield Text(where, recommendation["title"])
        yield Text(where, recommendation["text"])
        yield Text(
            f"{where}, {pgettext('recommendation', 'in words for children')}", recommendation["child_text"], False
        )
        yield Text(f"{where}, {pgettext('recommendation', 'addressed to')}", recommendation["addressee"])
    for number, annex in enumerate(content["annexes"], 1):
        where = _("Annex %(n)s “%(title)s”") % {"n": number, "title": annex["title"]["sr"]}
        yield Text(where, annex["title"])
        yield Text(where, annex["text"])


def _problems_of_text(text: Text) -> Iterator[Finding]:
    if text.needed and not text.text["sr"].strip():
        yield Finding(text.where, _("There is no Serbian text."))
    for code in WRITTEN:
        name = LANGUAGE_NAMES[code]
        for mark in unanswered(text.text[code]):
            yield Finding(f"{text.where} ({name})", _("“%(mark)s” is still to be answered.") % {"mark": mark})
        if is_other_language(text.text[code], code):
            yield Finding(f"{text.where} ({name})", str(_NOT_WRITTEN[code]))
        for wrong, right in wrong_plurals(text.text[code], code):
            yield Finding(
                f"{text.where} ({name})", _("“%(wrong)s” should be “%(right)s”.") % {"wrong": wrong, "right": right}
            )
        for sign in sorted({sign for sign in plain_text(text.text[code]) if category(sign) in _NOT_PRINTED}):
            yield Finding(f"{text.where} ({name})", _("“%(sign)s” cannot be printed. Take it out.") % {"sign": sign})


def _words(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text).split())


def _without_day(content: object) -> object:
    """The content but for the day on which its figures were counted."""
    if not isinstance(content, dict):
        return content
    figures = {key: value for key, value in content["figures"].items() if key != "on"} if "figures" in content else {}
    return {**content, "figures": figures}
