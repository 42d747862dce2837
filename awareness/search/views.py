"""The search page: ranked results, filters by kind, and help first for a person in distress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awareness.pages.static_pages import PAGE
from awareness.publishing.audiences import READER, Reader, chosen_reader
from awareness.search.crisis.recognition import Crisis, is_about_lesson, recognise_crisis
from awareness.search.engine import Result, SearchResults, parse_typed_text, search
from awareness.search.query_parser import Query
from awareness.search.selectors import PER_PAGE, RANKED
from awareness.search.synonyms import cached_thesaurus
from awareness.topics.models import HelpLine, Topic
from awareness.topics.selectors import cached_help_lines, visible_topics
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.list_cache import DATABASE_UNREACHABLE
from clicksafely.common.search_registry import searchable_models
from clicksafely.common.serbian.scripts import to_script

MAX_DIGITS: Final = 4
# Kinds left out for a person in distress.
PLAYFUL: Final = frozenset({"game", "quiz"})
MAX_RESULTS_BELOW_HELP: Final = 5


@dataclass(frozen=True)
class CrisisPanel:
    """The help panel for a person in distress; `lines` in order of importance; `section` of the help page, or empty."""

    title: str
    text: str
    lines: Sequence[HelpLine]
    section: str
    report: bool
    about_other: bool


@read_only
def search_page(request: HttpRequest) -> HttpResponse:
    """Results for `q`, filtered by `kind` if given. A message is shown if the kind or the page does not exist.

    The youngest `reader` gets no topics that are written only for older children and adults.

    The response is not marked public: caches must not store it, because the URL contains the search text.
    """
    now, shown_in = timezone.now(), get_language()
    language = "en" if shown_in == "en" else "sr"
    query = parse_typed_text(request.GET.get("q", ""), language)
    crisis = recognise_crisis(query.text)
    if crisis and crisis.personal:
        return _help_page(request, query, crisis, language, now)
    kind, page = request.GET.get("kind", ""), request.GET.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= MAX_DIGITS else 0
    found = search(query, language, cached_thesaurus(request, language), now, kind=kind, page=number)
    labels = kind_labels()
    mended = to_script(found.mended, shown_in)
    urgent = found.urgent and not is_about_lesson(query.text)
    slip = bool(found.results) and _is_slip(found, kind, page)
    hidden = _hidden_topics(request, now)
    return render(
        request,
        "public/search/results.html",
        {
            "found": found,
            "panel": _panel(request, crisis, language) if crisis else None,
            "urgent": urgent,
            "helping": bool(crisis) or urgent,
            "results": [(result, labels[result.kind]) for result in found.results if not _is_of(result, hidden)],
            "first": (found.page - 1) * PER_PAGE + 1,
            "mended": mended,
            # The query of the links to kinds and pages.
            "sought": mended or query.text,
            "kinds": [(each, labels[each], found.counts[each]) for each in labels if each in found.counts],
            "of_all": sum(found.counts.values()),
            "slip": slip,
            "ranked": RANKED,
            "topics": ()
            if found.results
            else _topics_of(crisis, now, hidden)
            if crisis
            else visible_topics(now, chosen_reader(request.GET)),
            # Invalid parameters are not copied into the links to other languages.
            "kept_params": () if query.fault else (*(("q",) if slip else ("q", "kind", "page")), READER),
        },
    )


def _help_page(request: HttpRequest, query: Query, crisis: Crisis, language: str, now: datetime) -> HttpResponse:
    """The help panel, then topics of the situation and exact results. If the database is unavailable, only the panel."""
    topics: list[Topic] = []
    results: list[Result] = []
    try:
        hidden = _hidden_topics(request, now)
        topics = _topics_of(crisis, now, hidden)
        found = search(query, language, cached_thesaurus(request, language), now, forgiving=False)
        results = [
            result for result in found.results if result.kind not in PLAYFUL and not _is_of(result, [*topics, *hidden])
        ]
    except DATABASE_UNREACHABLE:
        pass
    labels = kind_labels()
    return render(
        request,
        "public/search/crisis.html",
        {
            "typed": query.text,
            "panel": _panel(request, crisis, language),
            "topics": topics,
            "results": [(result, labels[result.kind]) for result in results[:MAX_RESULTS_BELOW_HELP]],
            "kept_params": ("q", READER),
        },
    )


def _topics_of(crisis: Crisis, now: datetime, hidden: Sequence[Topic]) -> list[Topic]:
    return [topic for topic in visible_topics(now) if topic.slug in crisis.situation.topics and topic not in hidden]


def _hidden_topics(request: HttpRequest, now: datetime) -> list[Topic]:
    """Topics without an answer for the youngest reader."""
    if chosen_reader(request.GET) != Reader.YOUNGEST:
        return []
    shown = visible_topics(now, Reader.YOUNGEST)
    return [topic for topic in visible_topics(now) if topic not in shown]


def _is_of(result: Result, topics: Sequence[Topic]) -> bool:
    return result.hit.url_name == "topic" and result.hit.url_kwargs["slug"] in {topic.slug for topic in topics}


def _panel(request: HttpRequest, crisis: Crisis, language: str) -> CrisisPanel:
    known = {line.slug: line for line in cached_help_lines.during(request)}
    message = crisis.message
    return CrisisPanel(
        title=message.title[language],
        text=message.text[language],
        lines=[known[slug] for slug in message.lines if slug in known] or list(known.values()),
        section=crisis.situation.section,
        report=crisis.situation.report,
        about_other=crisis.about_other,
    )


def kind_labels() -> dict[str, str | Promise]:
    """Labels of the kinds, in the order of the filter."""
    labels: dict[str, str | Promise] = {findable.kind: findable.label for findable in searchable_models()}
    labels.pop(PAGE, None)
    return labels | {PAGE: _("Pages of the Centre")}


def _is_slip(found: SearchResults, kind: str, page: str) -> bool:
    """Whether the URL requested a kind or page that does not exist."""
    return found.kind != kind or page != str(found.page)
