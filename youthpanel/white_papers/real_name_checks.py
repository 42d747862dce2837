"""Checks for real names in texts before publication or permanent records. The result names the place, not the member."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import unescape
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.rich_text import html_to_text
from youthpanel.members.name_detection import find_real_names, find_real_names_audited
from youthpanel.models import WhitePaper
from youthpanel.white_papers.content import WRITTEN_LANGUAGES, BilingualText, EditionContent
from youthpanel.white_papers.exceptions import EntryRejected
from youthpanel.white_papers.publication_checks import LANGUAGE_NAMES, LocatedText, PublicationProblem, paper_texts

# A separator longer than the gap that `name_pattern` allows.
_APART: Final = " ||||| "


def real_name_problems(
    content: EditionContent, changes: BilingualText, *, paper: WhitePaper, actor: AbstractBaseUser, now: datetime
) -> list[PublicationProblem]:
    """Return a problem for each text of the edition that seems to contain a member's name. Audited in the current transaction."""
    located_texts = [
        (f"{text.where} ({LANGUAGE_NAMES[code]})", _as_read(text.text[code]))
        for text in _all_texts(content, changes, paper.slug)
        for code in WRITTEN_LANGUAGES
        if text.text[code]
    ]
    try:
        found = find_real_names_audited([text for _where, text in located_texts], subject=paper, actor=actor, now=now)
    except SealError:
        return [PublicationProblem(_("White Paper"), _not_at_hand())]
    return [
        PublicationProblem(where, _looks_like_one())
        for where in dict.fromkeys(located_texts[place][0] for place in found)
    ]


def check_no_real_names(texts: Mapping[str, str], *, actor: AbstractBaseUser | None = None, now: datetime) -> None:
    """Raises EntryRejected at the first field (name: text) that seems to contain a member's name.

    With an actor the comparison is audited.
    """
    fields = [field for field, text in texts.items() if text.strip()]
    values = [texts[field] for field in fields]
    if not values:
        return
    try:
        found = (
            find_real_names_audited(values, subject=None, actor=actor, now=now) if actor else find_real_names(values)
        )
    except SealError as error:
        raise EntryRejected(_not_at_hand(), "") from error
    if found:
        raise EntryRejected(_looks_like_one(), fields[found[0]])


def _all_texts(content: EditionContent, changes: BilingualText, slug: str) -> Iterator[LocatedText]:
    """Yield all printed texts, including slugs, quotations and titles of sources."""
    yield from paper_texts(content)
    yield LocatedText(_("Address"), {"sr": slug, "en": ""})
    for recommendation in content["recommendations"]:
        where = f"{_('Recommendation')} {recommendation['number']}"
        yield LocatedText(f"{where}, {_('Address')}", {"sr": recommendation["slug"], "en": ""})
        yield from (LocatedText(f"{where}, {_('Sources')}", origin["title"]) for origin in recommendation["origins"])
    for quotation in content["quotations"]:
        yield LocatedText(_("In their own words"), quotation["text"])
    for result in content["results"]:
        for question in result["questions"]:
            yield LocatedText(_("What the consultations showed"), question["question"])
            yield from (LocatedText(_("What the consultations showed"), row["label"]) for row in question["rows"])
    yield LocatedText(_("What changed"), changes)


def _as_read(text: str) -> str:
    """Return every reading of a rich or plain text: with markup, with markup removed, and with markup as a separator."""
    return _APART.join((text, unescape(strip_tags(text)), html_to_text(text)))


def _looks_like_one() -> str:
    return _(
        "A word here looks like the real name of a member, and a published name cannot be removed. Use the "
        "pseudonym, or leave the name out. If another person has this name, shorten the first name to an "
        "initial."
    )


def _not_at_hand() -> str:
    return _(
        "The keys of the panel are not available, so this cannot be compared with the names of members. "
        "Nothing was saved. Tell the administrator."
    )
