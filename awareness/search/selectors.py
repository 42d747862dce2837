"""What the search reads: entries by rank, how many there are of each kind, words that a mistyped one may have meant."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from awareness.search.models import SearchEntry
from awareness.search.query_builder import QueryPlan
from awareness.search.synonyms import CONFIGURATIONS

# So many of a query's entries are ranked and can be paged through: those found by their heading come first, then the newest.
RANKED = 100
PER_PAGE = 10
# More entries than these make a word no rarer.
MANY = 500
# What a match weighs in body, summary, keywords and title.
WEIGHTS = "{0.05, 0.25, 0.5, 1.0}"
# A topic is the Centre's answer; what else is about it comes behind, should both fit alike.
FIRST_KIND = "topic"

# More than so many entries that fit are not told apart any more, however many there are: what is read stays the same.
MOST = 1_000

_VISIBLE = """
    entry.language = %(language)s
    AND entry.published_at <= %(now)s AND (entry.withdrawn_at IS NULL OR entry.withdrawn_at > %(now)s)
"""
# The counts come with the page: what fits is read once. What fits by its heading is asked for by an index of its own, so that it is there
# whatever else fits.
_PAGE = f"""
    WITH headed AS MATERIALIZED (
        SELECT entry.id, entry.kind, entry.published_at FROM search_searchentry entry
        WHERE entry.heading @@ %(query)s::tsquery AND {_VISIBLE} LIMIT %(most)s
    ), worded AS MATERIALIZED (
        SELECT entry.id, entry.kind, entry.published_at FROM search_searchentry entry
        WHERE entry.words @@ %(query)s::tsquery AND {_VISIBLE} LIMIT %(most)s
    ), fitting AS MATERIALIZED (
        SELECT id, kind, published_at, TRUE AS by_heading FROM headed
        UNION ALL
        SELECT id, kind, published_at, FALSE FROM worded WHERE id NOT IN (SELECT id FROM headed)
    ), counted AS (
        SELECT jsonb_object_agg(kind, number) AS counts FROM (SELECT kind, count(*) AS number FROM fitting GROUP BY kind) kinds
    ), found AS (
        SELECT fitting.id FROM fitting, counted
        -- A kind that nothing is of is a slip: all kinds then.
        WHERE fitting.kind = %(kind)s OR NOT counted.counts ? %(kind)s
        ORDER BY by_heading DESC, published_at DESC, id LIMIT %(ranked)s
    ), ranked AS (
        SELECT entry.id,
               (
                   ts_rank(%(weights)s::float4[], entry.words, %(query)s::tsquery)
                   + 0.6 * similarity(entry.folded_title, %(folded)s)
                   + 0.1 * (entry.kind = %(first_kind)s)::int
               ) + 2 * ({{coverage}}) AS rank
        FROM found JOIN search_searchentry entry USING (id)
    ), best AS (
        SELECT id, rank, row_number() OVER (ORDER BY rank DESC, id) AS place, count(*) OVER () AS of FROM ranked
    )
    SELECT counted.counts, entry.id, entry.kind, entry.url_name, entry.url_kwargs, entry.title, entry.summary, entry.body
    FROM best CROSS JOIN counted JOIN search_searchentry entry USING (id)
    -- A page past the last is the last.
    WHERE (place - 1) / %(size)s = LEAST(%(page)s, (best.of - 1) / %(size)s + 1) - 1
    ORDER BY place
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class Hit:
    """An entry that was found, as it is stored."""

    id: int
    kind: str
    url_name: str
    url_kwargs: dict[str, str]
    title: str
    summary: str
    body: str


@dataclass(frozen=True)
class HitPage:
    """What fits a query: how many entries of each kind, and a page of them, best first."""

    counts: Mapping[str, int] = field(default_factory=dict)
    hits: Sequence[Hit] = ()

    @property
    def at_least(self) -> bool:
        """Whether there may be more than was counted."""
        return sum(self.counts.values()) >= MOST


def best_hits(
    plan: QueryPlan,
    query: str,
    now: datetime,
    *,
    folded: str,
    weights: Sequence[float] = (),
    kind: str = "",
    page: int = 1,
    size: int = PER_PAGE,
) -> HitPage:
    """What everybody sees at `now` that fits `query`, a tsquery text of the plan; one query. Of `kind`, if there is any of it, and the
    last page, if `page` lies behind it.

    `weights`, one a clause, where not every clause must be met: those that meet more of them, and rarer ones, come first.
    """
    # Once for being there, once more for being in the heading.
    met = "%(weight{0})s * ((entry.words @@ %(clause{0})s::tsquery)::int + (entry.heading @@ %(clause{0})s::tsquery)::int)"
    coverage = " + ".join(["0", *(met.format(place) for place in range(len(weights)))])
    given: dict[str, Any] = {
        "language": plan.language, "query": query, "now": now, "kind": kind, "folded": folded, "weights": WEIGHTS, "ranked": RANKED, "most": MOST,
        "first_kind": FIRST_KIND, "page": max(page, 1), "size": size,
    }  # fmt: skip
    given |= {f"clause{place}": clause for place, clause in enumerate(plan.clauses)}
    given |= {f"weight{place}": weight for place, weight in enumerate(weights)}
    with connection.cursor() as cursor:
        cursor.execute(_PAGE.format(coverage=coverage), given)
        rows = cursor.fetchall()
    if not rows:
        return HitPage()
    return HitPage(json.loads(rows[0][0]), [Hit(*(*row[1:4], json.loads(row[4]), *row[5:])) for row in rows])


def forms_of(words: Collection[str], sought: Collection[str], language: str) -> frozenset[str]:
    """Those of the folded words that are forms of a sought lexeme; one query."""
    if not words:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s) AS word WHERE tsvector_to_array(to_tsvector(%s::regconfig, word)) && %s",
            [list(words), CONFIGURATIONS[language], list(sought)],
        )
        return frozenset(word for (word,) in cursor.fetchall())


def hits_of_clauses(plan: QueryPlan, now: datetime) -> list[int]:
    """How many entries meet each clause of the plan by itself, counted up to MANY; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT (
                SELECT count(*) FROM (
                    SELECT 1 FROM search_searchentry entry WHERE entry.words @@ clause::tsquery AND {_VISIBLE} LIMIT %(many)s
                ) met
            )
            FROM unnest(%(clauses)s) WITH ORDINALITY AS given(clause, place) ORDER BY place
            """,  # noqa: S608 - constants
            {"clauses": list(plan.clauses), "language": plan.language, "now": now, "many": MANY},
        )
        return [count for (count,) in cursor.fetchall()]


def words_like(word: str, language: str, *, most: int = 30) -> list[tuple[str, str]]:
    """Words of the index that share trigrams with a folded one, the most like it first: (folded, as written)."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Two letters that changed places leave a word of six a quarter of its trigrams.
        cursor.execute("SET LOCAL pg_trgm.similarity_threshold = 0.2")
        cursor.execute(
            """
            SELECT folded, shown FROM search_searchword
            WHERE language = %(language)s AND folded %% %(word)s AND length(folded) BETWEEN %(shortest)s AND %(longest)s
            ORDER BY similarity(folded, %(word)s) DESC, folded LIMIT %(most)s
            """,
            {"word": word, "language": language, "most": most, "shortest": len(word) - 2, "longest": len(word) + 2},
        )
        return list(cursor.fetchall())


def titles_like(folded: str, language: str, now: datetime, *, most: int = PER_PAGE) -> list[int]:
    """Entries whose title holds something very like `folded`, which may be a part of a word; the most like it first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM search_searchentry
            WHERE language = %(language)s AND %(folded)s <%% folded_title
              AND published_at <= %(now)s AND (withdrawn_at IS NULL OR withdrawn_at > %(now)s)
            ORDER BY word_similarity(%(folded)s, folded_title) DESC, published_at DESC, id LIMIT %(most)s
            """,
            {"folded": folded, "language": language, "now": now, "most": most},
        )
        return [number for (number,) in cursor.fetchall()]


def hits_of(ids: Sequence[int]) -> list[Hit]:
    """Entries in the given order; one query."""
    columns = list(Hit.__dataclass_fields__)
    rows = {row[0]: Hit(*row) for row in SearchEntry.objects.filter(pk__in=ids).values_list(*columns)}
    return [rows[number] for number in ids if number in rows]


def next_change(now: datetime) -> datetime | None:
    """When the next entry appears or goes; two probes of indexes."""
    entries = SearchEntry.objects.order_by()
    moments = [
        entries.filter(**{f"{column}__gt": now}).order_by(column).values_list(column, flat=True).first()
        for column in ("published_at", "withdrawn_at")
    ]
    return min((moment for moment in moments if moment), default=None)
