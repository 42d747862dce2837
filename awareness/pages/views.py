"""Views of the Centre's pages. All are public, set no cookie and are cacheable."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from awareness.news.selectors import cached_latest_articles
from awareness.pages.selectors import contacts_by_unit, partners_by_role
from awareness.publishing.audiences import Audience, Level
from awareness.publishing.related_content import Card, latest_cards
from awareness.topics.selectors import cached_answers
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page

SUBJECTS_AT_HOME: Final = 9
NEWS_AT_HOME: Final = 3
EVENTS_AT_HOME: Final = 3
# Cards by audience: kind, audience or level, and number. Older children find theirs behind the links to their age.
FRESH_AT_HOME: Final = (("quiz", "", 1), ("game", Level.YOUNGEST, 1), ("resource", Audience.EDUCATORS, 1))
FRESH: Final = {
    Audience.CHILDREN: tuple(
        (kind, level, most) for kind in ("game", "quiz") for level, most in ((Level.YOUNGEST, 2), (Level.MIDDLE, 1))
    ),
    Audience.PARENTS: (("resource", Audience.PARENTS, 3), ("quiz", Audience.PARENTS, 3)),
    Audience.EDUCATORS: (("resource", Audience.EDUCATORS, 3), *(("quiz", level, 1) for level in Level.values)),
}
TEMPLATES: Final = {
    Audience.CHILDREN: "public/pages/for_children.html",
    Audience.PARENTS: "public/pages/for_parents.html",
    Audience.EDUCATORS: "public/pages/for_teachers.html",
}


@read_only
@public_page()
def home(request: HttpRequest) -> HttpResponse:
    """The home page."""
    now = timezone.now()
    subjects = cached_answers.at(request, Audience.CHILDREN, now)
    news = cached_latest_articles.at(request, NEWS_AT_HOME, now)
    expire_page_at(request, subjects.until)
    expire_page_at(request, news.until)
    context = {
        "subjects": subjects.items[:SUBJECTS_AT_HOME],
        "news": news.items,
        "fresh": _fresh(request, FRESH_AT_HOME, now),
        "events": latest_cards(request, "event", most=EVENTS_AT_HOME, now=now),
    }
    return render(request, "public/pages/home.html", context)


@read_only
@public_page()
def page(request: HttpRequest, *, name: str) -> HttpResponse:
    """A static page with its own template."""
    return render(request, f"public/pages/{name}.html")


@read_only
@public_page()
def audience(request: HttpRequest, *, name: str) -> HttpResponse:
    """Advice on all topics for one audience."""
    now = timezone.now()
    answers = cached_answers.at(request, Audience(name), now)
    expire_page_at(request, answers.until)
    context = {"answers": answers.items, "fresh": _fresh(request, FRESH[Audience(name)], now)}
    return render(request, TEMPLATES[Audience(name)], context)


@read_only
@public_page()
def partners(request: HttpRequest) -> HttpResponse:
    """All partners, by role."""
    return render(request, "public/pages/partners.html", {"groups": partners_by_role()})


@read_only
@public_page()
def contact(request: HttpRequest) -> HttpResponse:
    """Contact points, by part of the Centre."""
    return render(request, "public/pages/contact.html", {"groups": contacts_by_unit()})


def _fresh(request: HttpRequest, wanted: Sequence[tuple[str, str, int]], now: datetime) -> list[Card]:
    """The newest cards of each kind for its readers, in the given order of kinds."""
    return [card for kind, fits, most in wanted for card in latest_cards(request, kind, most=most, now=now, fits=fits)]
