"""Views of the Centre's pages. All are public, set no cookie and are cacheable."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from awareness.news.selectors import cached_latest_articles, readers_of_article
from awareness.pages.models import PageName
from awareness.pages.selectors import contacts_by_unit, find_page_text, partners_by_role
from awareness.publishing.audiences import READER, Audience, Level, Reader, chosen_reader, readers_first
from awareness.publishing.related_content import Card, latest_cards
from awareness.publishing.shortcuts import shown_in_previews
from awareness.topics.selectors import cached_answers
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page

SUBJECTS_AT_HOME: Final = 9
NEWS_AT_HOME: Final = 3
EVENTS_AT_HOME: Final = 3
# Of this many newest cards, those for the reader are shown.
CHOSEN_FROM: Final = 12
NEW_AT_HOME: Final = 3
# Cards by reader: kind, audience or level, and number. A child of unknown age gets none for 15 to 18 years.
FRESH_AT_HOME: Final = (("quiz", Level.YOUNGEST, 1), ("game", Level.YOUNGEST, 1), ("resource", Audience.EDUCATORS, 1))
FRESH: Final = {
    Reader.CHILDREN: tuple(
        (kind, level, most) for kind in ("game", "quiz") for level, most in ((Level.YOUNGEST, 2), (Level.MIDDLE, 1))
    ),
    **{Reader(level): (("game", level, 3), ("quiz", level, 3)) for level in Level.values},
    Reader.PARENTS: (("resource", Audience.PARENTS, 3), ("quiz", Audience.PARENTS, 3)),
    Reader.EDUCATORS: (("resource", Audience.EDUCATORS, 3), *(("quiz", level, 1) for level in Level.values)),
}
READERS: Final = {
    PageName.CHILDREN: Reader.CHILDREN,
    PageName.PARENTS: Reader.PARENTS,
    PageName.TEACHERS: Reader.EDUCATORS,
}


@read_only
@shown_in_previews
@public_page(params=(READER,))
def home(request: HttpRequest) -> HttpResponse:
    """Return the home page."""
    now, reader = timezone.now(), chosen_reader(request.GET)
    subjects = cached_answers.at(request, reader or Reader.CHILDREN, now)
    news = cached_latest_articles.at(request, CHOSEN_FROM if reader else NEWS_AT_HOME, now)
    events = latest_cards(request, "event", most=CHOSEN_FROM if reader else EVENTS_AT_HOME, now=now)
    expire_page_at(request, subjects.until)
    expire_page_at(request, news.until)
    context = {
        "reader": reader or "",
        "ways": readers_first(Audience.values, reader, lambda way: [way]),
        "subjects": subjects.items[:SUBJECTS_AT_HOME],
        "news": readers_first(news.items, reader, readers_of_article)[:NEWS_AT_HOME],
        "fresh": _fresh_at_home(request, reader, now),
        "events": readers_first(events, reader, lambda card: card.fits)[:EVENTS_AT_HOME],
        "kept_params": (READER,),
        **_text(request, PageName.HOME),
    }
    return render(request, "public/pages/home.html", context)


@read_only
@shown_in_previews
@public_page()
def page(request: HttpRequest, *, name: str) -> HttpResponse:
    """Return a fixed page of text, or the help page."""
    template = "public/pages/help.html" if name == PageName.HELP else "public/pages/text.html"
    return render(request, template, _text(request, name))


@read_only
@shown_in_previews
@public_page(params=(READER,))
def audience(request: HttpRequest, *, name: PageName) -> HttpResponse:
    """Advice on all topics for one audience, or for children of the chosen age."""
    now, reader, chosen = timezone.now(), READERS[name], chosen_reader(request.GET)
    if chosen and Reader(chosen.audience) == reader:
        reader = chosen
    answers = cached_answers.at(request, reader, now)
    expire_page_at(request, answers.until)
    context = {
        "answers": answers.items,
        "fresh": _fresh(request, FRESH[reader], now),
        "kept_params": (READER,),
        **_text(request, name),
    }
    return render(request, f"public/pages/{name.replace('-', '_')}.html", context)


@read_only
@shown_in_previews
@public_page()
def partners(request: HttpRequest) -> HttpResponse:
    """Return all partners, by role."""
    context = {"groups": partners_by_role(), **_text(request, PageName.PARTNERS)}
    return render(request, "public/pages/partners.html", context)


@read_only
@shown_in_previews
@public_page()
def contact(request: HttpRequest) -> HttpResponse:
    """Contact points, by part of the Centre."""
    context = {"groups": contacts_by_unit(), **_text(request, PageName.CONTACT)}
    return render(request, "public/pages/contact.html", context)


def _text(request: HttpRequest, name: str) -> dict[str, Any]:
    """Return the context of a fixed page."""
    text = find_page_text(request, name)
    return {"fixed_page": text.page, "sections": text.sections, "texts": text.texts, "of_kind": text.of_kind}


def _fresh(request: HttpRequest, kinds: Sequence[tuple[str, str, int]], now: datetime) -> list[Card]:
    """Return the newest cards of each kind for its readers, in the given order of kinds."""
    return [card for kind, fits, most in kinds for card in latest_cards(request, kind, most=most, now=now, fits=fits)]


def _fresh_at_home(request: HttpRequest, reader: Reader | None, now: datetime) -> list[Card]:
    """Two of the newest cards of the reader's first kind, then the newest of the next."""
    if reader is None:
        return _fresh(request, FRESH_AT_HOME, now)
    cards, first = _fresh(request, FRESH[reader], now), FRESH[reader][0][0]
    of_first, others = ([card for card in cards if (card.kind == first) == is_first] for is_first in (True, False))
    return [*of_first[: NEW_AT_HOME - 1], *others][:NEW_AT_HOME]
