"""A search from the typed words to what the page shows: strictly, then with mistyped words mended, then with some of the words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from awareness.gathering import selectors
from awareness.gathering.headlines import candidates, excerpt, marked
from awareness.gathering.planning import Plan, make_plan
from awareness.gathering.querying import STOP_WORDS, Fault, Query, read_query, words_of
from awareness.gathering.selectors import PER_PAGE, RANKED, Fitting, Hit
from awareness.gathering.spelling import corrected
from awareness.gathering.synonyms import Thesaurus
from clicksafely.common.folding import fold


class Way(StrEnum):
    """How something was found."""

    ALL_WORDS = "all words"
    MENDED = "mended"
    SOME_WORDS = "some words"
    SIMILAR = "similar"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Result:
    """A hit as a page shows it; `title` and `excerpt` are safe markup in the script they were written in."""

    kind: str
    path: str
    title: SafeString
    excerpt: SafeString
    hit: Hit


@dataclass(frozen=True)
class Found:
    """One page of results. `counts` are of all kinds, `total` is of the chosen one, and with `at_least` there may be more; `mended`: the
    words that were looked for instead.
    """

    query: Query
    way: Way = Way.NOTHING
    results: Sequence[Result] = ()
    counts: dict[str, int] = field(default_factory=dict)
    total: int = 0
    kind: str = ""
    page: int = 1
    mended: str = ""
    urgent: bool = False
    at_least: bool = False

    @property
    def pages(self) -> int:
        """Pages that can be turned to."""
        return -(-min(self.total, RANKED) // PER_PAGE)


def read(typed: str, language: str) -> Query:
    """The query in what was typed on a page of a written language."""
    return read_query(typed, stop_words=STOP_WORDS if language == "sr" else frozenset())


def search(
    query: Query,
    language: str,
    thesaurus: Thesaurus,
    now: datetime,
    *,
    kind: str = "",
    page: int = 1,
    per_page: int = PER_PAGE,
    some_words: bool = False,
    forgiving: bool = True,
) -> Found:
    """What everybody finds at `now` for a query in a written language ("sr", "en"); a kind without results and a page past the last are
    the reader's slip: all kinds, and the last page. `some_words`: not all of them are asked for to begin with. Unless `forgiving`, only
    what has all words as they were typed is found.
    """
    if query.fault:
        return Found(query)
    plan = make_plan(query, language, thesaurus)

    def fitting(plan: Plan, text: str, *, strict: bool = True) -> Fitting:
        if not plan.clauses:
            return Fitting()
        return selectors.best_hits(
            plan,
            plan.strict if strict else plan.relaxed,
            now,
            folded=" ".join(words_of(text)),
            weights=() if strict else _rarity(plan, now),
            kind=kind,
            page=page,
            size=per_page,
        )

    urgent, mended, way = plan.urgent, "", Way.ALL_WORDS
    found = fitting(plan, query.text, strict=not some_words)
    if not found.hits and plan.clauses and forgiving:
        missing = [place for place, count in enumerate(selectors.hits_of_clauses(plan, now)) if not count]
        text = corrected(query.text, plan, missing, thesaurus)
        if text is not None:
            other = make_plan(read(text, language), language, thesaurus)
            found = fitting(other, text)
            if found.hits or len(missing) == len(plan.clauses):
                plan, mended, way, urgent = other, text, Way.MENDED, urgent or other.urgent
        if not found.hits and len(plan.clauses) > 1:
            found, way = fitting(plan, mended or query.text, strict=False), Way.SOME_WORDS
    if not found.hits:
        return _similar(query, language, now, urgent) if forgiving else Found(query, urgent=urgent)
    chosen = kind if kind in found.counts else ""
    total = found.counts[chosen] if chosen else sum(found.counts.values())
    number = min(max(page, 1), -(-min(total, RANKED) // per_page))
    return Found(
        query, way, _shown(found.hits, plan), dict(found.counts), total, chosen, number, mended, urgent, found.at_least
    )


def _rarity(plan: Plan, now: datetime) -> list[float]:
    """What meeting each clause is worth: a word that few have tells more."""
    return [1 / math.log2(2 + count) for count in selectors.hits_of_clauses(plan, now)]


def _similar(query: Query, language: str, now: datetime, urgent: bool) -> Found:
    """The last resort: titles that look like what was typed, such as words written together or cut off."""
    folded = " ".join(words_of(query.text))
    hits = selectors.hits_of(selectors.titles_like(folded, language, now)) if len(folded) > 3 else []
    if not hits or query.fault == Fault.NO_WORDS:
        return Found(query, urgent=urgent)
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.kind] = counts.get(hit.kind, 0) + 1
    return Found(query, Way.SIMILAR, _shown(hits, Plan(language)), counts, len(hits), urgent=urgent)


def _shown(hits: Sequence[Hit], plan: Plan) -> list[Result]:
    beginnings = {fold(lexeme)[:1] for lexeme in plan.marks}
    words: set[str] = set()
    for hit in hits:
        for text in (hit.title, hit.summary, hit.body):
            words |= candidates(text, beginnings)
    found = selectors.forms_of(words, plan.marks, plan.language)
    return [
        Result(hit.kind, path, marked(hit.title, found), excerpt(hit.summary, hit.body, found), hit)
        for hit in hits
        if (path := _path(hit))
    ]


def _path(hit: Hit) -> str:
    """The address in the language at hand; nothing for a record whose page this process does not serve."""
    try:
        return reverse(hit.url_name, kwargs=hit.url_kwargs or None)
    except NoReverseMatch:
        return ""
