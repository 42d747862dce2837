"""The search: exact matches, spelling corrections, similar titles, and excerpts with matches highlighted."""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from awareness.search import selectors
from awareness.search.models import SearchEntry
from awareness.search.query_builder import QueryPlan, make_plan
from awareness.search.query_parser import STOP_WORDS, Query, QueryFault, folded_words, read_query
from awareness.search.selectors import PER_PAGE, RANKED, HitPage, RecordKey, words_like
from awareness.search.synonyms import Thesaurus
from clicksafely.common.serbian.search_folding import fold

MIN_MISTYPED_LENGTH = 4  # letters of a word that may be mistyped
MAX_EXCERPT_LENGTH = 240  # characters
_WORD = re.compile(r"[^\W_]+")
# With soft hyphens and combining accents.
_ACCENTED_WORD = re.compile(r"[^\W_]+(?:[\u00ad\u0300-\u036f]+[^\W_]+)*")


def corrected(text: str, plan: QueryPlan, places: list[int], thesaurus: Thesaurus) -> str | None:
    """`text` with single-word clauses at `places` replaced by similar known words; None if no word has one."""
    meant: dict[str, str] = {}
    for place in places:
        words = plan.terms[place]
        if len(words) == 1 and (nearest := _nearest(words[0], plan.language, thesaurus.spelled)):
            meant[words[0]] = nearest
    if not meant:
        return None
    return _WORD.sub(lambda match: meant.get(fold(match[0]), match[0]), text)


def _nearest(word: str, language: str, synonyms: Mapping[str, str]) -> str | None:
    """Return the known word at the smallest distance, as written; ties go to the most shared trigrams."""
    if len(word) < MIN_MISTYPED_LENGTH or word.isdecimal():
        return None
    spellings = {
        **dict(words_like(word, language)),
        **{each: synonyms[each] for each in synonyms if abs(len(each) - len(word)) <= 2},
    }
    most = 1 if len(word) < 6 else 2
    near = [(distance(word, folded), shown) for folded, shown in spellings.items() if folded != word]
    least, shown = min(near, key=lambda pair: pair[0], default=(most + 1, ""))
    return shown.lower() if least <= most else None


def distance(one: str, other: str) -> int:
    """Number of insertions, deletions, replacements and swaps of neighbours (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, second in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != second))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == second:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]


class MatchMethod(StrEnum):
    """The way in which the results were found."""

    ALL_WORDS = "all words"
    MENDED = "mended"
    SOME_WORDS = "some words"
    SIMILAR = "similar"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Result:
    """A hit for the page; `title` and `excerpt` are safe markup in their original script."""

    kind: str
    path: str
    title: SafeString
    excerpt: SafeString
    hit: SearchEntry


@dataclass(frozen=True)
class SearchResults:
    """One page of results. `counts` covers all kinds, `total` the chosen kind; with `at_least` there may be more.

    `mended`: the corrected words of the query that was searched instead.
    """

    query: Query
    way: MatchMethod = MatchMethod.NOTHING
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
        """Number of pages available."""
        return -(-min(self.total, RANKED) // PER_PAGE)


def parse_typed_text(typed: str, language: str) -> Query:
    """Parse the text typed on a page in a written language ("sr", "en")."""
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
    excluded: Collection[RecordKey] = (),
) -> SearchResults:
    """Public results at `now` for a query in a written language ("sr", "en").

    A kind without results falls back to all kinds, a page past the last to the last page. `some_words`: start with results that match
    only some of the words. Unless `forgiving`, return only results with all words as typed. Records `excluded` are neither returned nor
    counted.
    """
    if query.fault:
        return SearchResults(query)
    plan = make_plan(query, language, thesaurus)

    @cache
    def counts(plan: QueryPlan) -> list[int]:
        return selectors.hits_of_clauses(plan, now, excluded=excluded)

    def fitting(plan: QueryPlan, text: str, *, strict: bool = True) -> HitPage:
        if not plan.clauses:
            return HitPage()
        return selectors.best_hits(
            plan,
            plan.strict if strict else plan.relaxed,
            now,
            folded=" ".join(folded_words(text)),
            weights=_rarity(counts(plan)) if len(plan.clauses) > 1 else [1.0],
            kind=kind,
            page=page,
            size=per_page,
            excluded=excluded,
        )

    urgent, mended, way = plan.urgent, "", MatchMethod.ALL_WORDS
    found = fitting(plan, query.text, strict=not some_words)
    if not found.hits and plan.clauses and forgiving:
        missing = [place for place, count in enumerate(counts(plan)) if not count]
        text = corrected(query.text, plan, missing, thesaurus)
        if text is not None:
            plan, mended, way = (
                make_plan(parse_typed_text(text, language), language, thesaurus),
                text,
                MatchMethod.MENDED,
            )
            urgent = urgent or plan.urgent
            found = fitting(plan, mended)
    if forgiving and len(plan.clauses) > 1 and sum(found.counts.values()) < PER_PAGE:
        # Few pages have all words: pages that have some of them, in more important places, may be better.
        way = way if found.hits else MatchMethod.SOME_WORDS
        found = fitting(plan, mended or query.text, strict=False)
    if not found.hits:
        return _similar(query, language, now, urgent, excluded) if forgiving else SearchResults(query, urgent=urgent)
    chosen = kind if kind in found.counts else ""
    total = found.counts[chosen] if chosen else sum(found.counts.values())
    number = min(max(page, 1), -(-min(total, RANKED) // per_page))
    return SearchResults(
        query, way, _shown(found.hits, plan), dict(found.counts), total, chosen, number, mended, urgent, found.at_least
    )


def _rarity(counts: Sequence[int]) -> list[float]:
    """Weight of each clause, together 1, from its number of matches: rarer words weigh more."""
    rarity = [1 / math.log2(2 + count) for count in counts]
    return [each / sum(rarity) for each in rarity]


def _similar(
    query: Query, language: str, now: datetime, urgent: bool, excluded: Collection[RecordKey]
) -> SearchResults:
    """Fallback: titles similar to the typed text, such as words written together or cut off."""
    folded = " ".join(folded_words(query.text))
    similar = selectors.titles_like(folded, language, now, excluded=excluded) if len(folded) > 3 else []
    hits = selectors.hits_of(similar)
    if not hits or query.fault == QueryFault.NO_WORDS:
        return SearchResults(query, urgent=urgent)
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.kind] = counts.get(hit.kind, 0) + 1
    return SearchResults(
        query, MatchMethod.SIMILAR, _shown(hits, QueryPlan(language)), counts, len(hits), urgent=urgent
    )


def _shown(hits: Sequence[SearchEntry], plan: QueryPlan) -> list[Result]:
    beginnings = {fold(lexeme)[:1] for lexeme in plan.marks}
    words: set[str] = set()
    for hit in hits:
        for text in (hit.title, hit.summary, hit.body):
            words |= candidates(text, beginnings)
    found = selectors.forms_of(words, plan.marks, plan.language)
    return [
        Result(hit.kind, path, highlight(hit.title, found), excerpt(hit.summary, hit.body, found), hit)
        for hit in hits
        if (path := _path(hit))
    ]


def _path(hit: SearchEntry) -> str:
    """Return the URL in the active language; empty for a record whose page this process does not serve."""
    try:
        return reverse(hit.url_name, kwargs=hit.url_kwargs or None)
    except NoReverseMatch:
        return ""


def candidates(text: str, beginnings: Collection[str]) -> set[str]:
    """Return the folded words of a text that may be forms of a lexeme. A stem always shares the first letter with its words."""
    return {word for match in _ACCENTED_WORD.finditer(text) if (word := fold(match[0]))[:1] in beginnings}


def highlight(text: str, found: Collection[str]) -> SafeString:
    """`text`, escaped, with words marked whose folded form is in `found`."""
    parts, copied = [], 0
    for start, end in _places(text, found):
        parts += [escape(text[copied:start]), "<mark>", escape(text[start:end]), "</mark>"]
        copied = end
    parts.append(escape(text[copied:]))
    return mark_safe("".join(parts))  # noqa: S308 - every piece is escaped above


def excerpt(summary: str, body: str, found: Collection[str]) -> SafeString:
    """Return the summary if it has matches or if there are none at all; otherwise the part of the body with most matches."""
    if not body or any(True for _ in _places(summary, found)):
        return highlight(_cut(summary, 0), found)
    starts = [start for start, _end in _places(body, found)]
    if not starts:
        return highlight(_cut(summary or body, 0), found)
    best = max(starts, key=lambda start: (sum(start <= other < start + MAX_EXCERPT_LENGTH for other in starts), -start))
    return highlight(_cut(body, best), found)


def _places(text: str, found: Collection[str]) -> Iterator[tuple[int, int]]:
    for match in _ACCENTED_WORD.finditer(text):
        if fold(match[0]) in found:
            yield match.start(), match.end()


def _cut(text: str, position: int) -> str:
    """About MAX_EXCERPT_LENGTH characters around `position`, cut between words, from the start of a nearby sentence."""
    text = text.strip()
    begin, before = 0, ""
    if len(text) > MAX_EXCERPT_LENGTH and position > MAX_EXCERPT_LENGTH // 3:
        run_up = text[position - MAX_EXCERPT_LENGTH // 3 : position]
        sentence = max(run_up.rfind(end) for end in (". ", "! ", "? ", "\n"))
        begin = position - len(run_up) + (sentence if sentence >= 0 else run_up.find(" ")) + 1
        before = "" if sentence >= 0 else "… "
    piece, after = text[begin : begin + MAX_EXCERPT_LENGTH], ""
    if begin + MAX_EXCERPT_LENGTH < len(text):
        piece, after = (piece.rpartition(" ")[0] or piece).rstrip(" ,;:–-"), " …"
    return before + " ".join(piece.split()) + after
