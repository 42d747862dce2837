"""The search page: ranked results, filters by kind, and help first for a person in distress."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awareness.games.models import Game
from awareness.pages.static_pages import PAGE
from awareness.publishing.audiences import READER, QuizLevel, Reader, chosen_reader
from awareness.quizzes.models import Quiz
from awareness.search.crisis.recognition import Crisis, is_about_lesson, recognise_crisis
from awareness.search.engine import Result, SearchResults, parse_typed_text, search
from awareness.search.query_parser import Query
from awareness.search.selectors import PER_PAGE, RANKED, RecordKey
from awareness.search.synonyms import cached_thesaurus
from awareness.topics.models import HelpLine, Topic
from awareness.topics.selectors import cached_help_lines, topics_for, visible_topics
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.list_cache import DATABASE_UNREACHABLE
from clicksafely.common.search_registry import searchable_models
from clicksafely.common.serbian.scripts import to_script

MAX_DIGITS: Final = 4
# Kinds left out for a person in distress.
PLAYFUL: Final = frozenset({"game", "quiz"})
# Levels of games and quizzes that the youngest do not find.
NOT_FOR_YOUNGEST: Final = (QuizLevel.OLDEST, QuizLevel.PARENTS, QuizLevel.EDUCATORS)
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


class ReaderTopics:
    """Topics public at `now` for the reader of a search (None: all readers). Each list is read when it is first used."""

    def __init__(self, reader: Reader | None, now: datetime) -> None:
        self.reader = reader
        self.now = now

    @cached_property
    def visible(self) -> list[Topic]:
        """All topics, in order."""
        return visible_topics(self.now)

    @cached_property
    def shown(self) -> list[Topic]:
        """The topics for the reader, in the order for the reader."""
        return self.visible if self.reader is None else topics_for(self.visible, self.reader)

    @property
    def hidden(self) -> list[Topic]:
        """Topics without an answer for the youngest reader; none for other readers."""
        if self.reader != Reader.YOUNGEST:
            return []
        return [topic for topic in self.visible if topic not in self.shown]

    @cached_property
    def hidden_plays(self) -> list[RecordKey]:
        """Games and quizzes for the oldest and for adults, for the youngest reader; none for other readers. One query."""
        if self.reader != Reader.YOUNGEST:
            return []
        games, quizzes = (
            model._default_manager.filter(level__in=NOT_FOR_YOUNGEST)
            .order_by()
            .annotate(of_kind=Value(kind))
            .values_list("of_kind", "pk")
            for kind, model in (("game", Game), ("quiz", Quiz))
        )
        keys: Any = games.union(quizzes, all=True).order_by()
        return list(keys)

    def about(self, crisis: Crisis) -> list[Topic]:
        """Return the topics of the situation, in order."""
        hidden = self.hidden
        return [topic for topic in self.visible if topic.slug in crisis.situation.topics and topic not in hidden]


@read_only
def search_page(request: HttpRequest) -> HttpResponse:
    """Results for `q`, filtered by `kind` if given. A message is shown if the kind or the page does not exist.

    The youngest `reader` gets no topics, games and quizzes that are meant only for older children and adults.

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
    topics = ReaderTopics(chosen_reader(request.GET), now)
    found = search(
        query,
        language,
        cached_thesaurus(request, language),
        now,
        kind=kind,
        page=number,
        excluded=[*_keys(topics.hidden), *topics.hidden_plays],
    )
    labels = kind_labels()
    mended = to_script(found.mended, shown_in)
    urgent = found.urgent and not is_about_lesson(query.text)
    slip = bool(found.results) and _is_slip(found, kind, page)
    return render(
        request,
        "public/search/results.html",
        {
            "found": found,
            "panel": _panel(request, crisis, language) if crisis else None,
            "urgent": urgent,
            "helping": bool(crisis) or urgent,
            "results": [(result, labels[result.kind]) for result in found.results],
            "first": (found.page - 1) * PER_PAGE + 1,
            "mended": mended,
            # The query of the links to kinds and pages.
            "link_query": mended or query.text,
            "kinds": [(each, labels[each], found.counts[each]) for each in labels if each in found.counts],
            "of_all": sum(found.counts.values()),
            "slip": slip,
            "ranked": RANKED,
            "topics": () if found.results else topics.about(crisis) if crisis else topics.shown,
            # Invalid parameters are not copied into the links to other languages.
            "kept_params": () if query.fault else (*(("q",) if slip else ("q", "kind", "page")), READER),
        },
    )


def _help_page(request: HttpRequest, query: Query, crisis: Crisis, language: str, now: datetime) -> HttpResponse:
    """Return the help panel, then topics of the situation and exact results. If the database is unavailable, only the panel."""
    about: list[Topic] = []
    results: list[Result] = []
    try:
        topics = ReaderTopics(chosen_reader(request.GET), now)
        about = topics.about(crisis)
        excluded = _keys([*about, *topics.hidden])
        thesaurus = cached_thesaurus(request, language)
        found = search(query, language, thesaurus, now, forgiving=False, excluded=excluded)
        results = [result for result in found.results if result.kind not in PLAYFUL]
    except DATABASE_UNREACHABLE:
        pass
    labels = kind_labels()
    return render(
        request,
        "public/search/crisis.html",
        {
            "typed": query.text,
            "panel": _panel(request, crisis, language),
            "topics": about,
            "results": [(result, labels[result.kind]) for result in results[:MAX_RESULTS_BELOW_HELP]],
            "kept_params": ("q", READER),
        },
    )


def _keys(topics: Iterable[Topic]) -> list[RecordKey]:
    return [("topic", topic.pk) for topic in topics]


def _panel(request: HttpRequest, crisis: Crisis, language: str) -> CrisisPanel:
    lines_by_slug = {line.slug: line for line in cached_help_lines.during(request)}
    message = crisis.message
    return CrisisPanel(
        title=message.title[language],
        text=message.text[language],
        lines=[lines_by_slug[slug] for slug in message.lines if slug in lines_by_slug] or list(lines_by_slug.values()),
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
    """Return whether the URL requested a kind or page that does not exist."""
    return found.kind != kind or page != str(found.page)
