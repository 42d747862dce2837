"""Queries of the search index: ranked entries, counts by kind, similar words and titles."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from awareness.search.models import SearchEntry
from awareness.search.query_builder import QueryPlan
from awareness.search.synonyms import CONFIGURATIONS

# Number of entries ranked and paginated for a query: heading matches first, then the newest.
RANKED = 100
PER_PAGE = 10
# Counts of a word's entries stop at this number.
MANY = 500
# Weights of matches in body, summary, keywords and title.
WEIGHTS = "{0.05, 0.25, 0.5, 1.0}"
# Added to the rank: topics and pages of help before announcements of equal match, past events last.
OF_KIND = {"topic": 0.6, "page": 0.4, "resource": 0.2, "game": 0.1, "quiz": 0.1}
OF_PAST = -1.0

# Upper bound of matching entries read for a query, so that its cost stays constant.
MAX_RESULTS = 1_000

# The kind and the primary key of a record in the index.
type RecordKey = tuple[str, int]

_VISIBLE = """
    entry.language = %(language)s
    AND entry.published_at <= %(now)s AND (entry.withdrawn_at IS NULL OR entry.withdrawn_at > %(now)s)
"""
_INCLUDED = " AND (entry.kind, entry.object_id) NOT IN %(excluded)s"
# One statement returns the page and the counts. Heading matches use their own index, so that the bound never cuts them off.
_PAGE = f"""
    WITH headed AS MATERIALIZED (
        SELECT entry.id, entry.kind, entry.published_at FROM search_searchentry entry
        WHERE entry.heading @@ %(query)s::tsquery AND {_VISIBLE}{{included}} LIMIT %(most)s
    ), worded AS MATERIALIZED (
        SELECT entry.id, entry.kind, entry.published_at FROM search_searchentry entry
        WHERE entry.words @@ %(query)s::tsquery AND {_VISIBLE}{{included}} LIMIT %(most)s
    ), fitting AS MATERIALIZED (
        SELECT id, kind, published_at, TRUE AS by_heading FROM headed
        UNION ALL
        SELECT id, kind, published_at, FALSE FROM worded WHERE id NOT IN (SELECT id FROM headed)
    ), counted AS (
        SELECT jsonb_object_agg(kind, number) AS counts FROM (SELECT kind, count(*) AS number FROM fitting GROUP BY kind) kinds
    ), found AS (
        SELECT fitting.id FROM fitting, counted
        -- A kind without matches falls back to all kinds.
        WHERE fitting.kind = %(kind)s OR NOT counted.counts ? %(kind)s
        ORDER BY by_heading DESC, published_at DESC, id LIMIT %(ranked)s
    ), ranked AS (
        SELECT entry.id,
               (
                   ts_rank(%(weights)s::float4[], entry.words, %(query)s::tsquery)
                   + 1.2 * similarity(entry.folded_title, %(folded)s)
                   + COALESCE((%(of_kind)s::jsonb ->> entry.kind)::float4, 0)
                   + %(of_past)s * COALESCE(entry.past_at <= %(now)s, FALSE)::int
               ) + 2 * ({{coverage}}) AS rank
        FROM found JOIN search_searchentry entry USING (id)
    ), best AS (
        SELECT id, rank, row_number() OVER (ORDER BY rank DESC, id) AS place, count(*) OVER () AS of FROM ranked
    )
    SELECT counted.counts, {{columns}}
    FROM best CROSS JOIN counted JOIN search_searchentry entry USING (id)
    -- A page past the last falls back to the last.
    WHERE (place - 1) / %(size)s = LEAST(%(page)s, (best.of - 1) / %(size)s + 1) - 1
    ORDER BY place
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class HitPage:
    """Matches of a query: counts by kind, and one page of entries, best first."""

    counts: Mapping[str, int] = field(default_factory=dict)
    hits: Sequence[SearchEntry] = ()

    @property
    def at_least(self) -> bool:
        """Whether the count reached its upper bound."""
        return sum(self.counts.values()) >= MAX_RESULTS


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
    excluded: Collection[RecordKey] = (),
) -> HitPage:
    """Entries public at `now` that match `query`, a tsquery text of the plan; one query. A `kind` without matches falls back to all
    kinds, a `page` past the last to the last.

    `weights`, one for each clause, rank entries by the clauses they match. Entries of the records `excluded` match nothing.
    """
    # A match in the heading counts more than one in the text.
    clause_score = (
        "%(weight{0})s"
        " * (0.7 * (entry.words @@ %(clause{0})s::tsquery)::int + 1.3 * (entry.heading @@ %(clause{0})s::tsquery)::int)"
    )
    coverage = " + ".join(["0", *(clause_score.format(place) for place in range(len(weights)))])
    parameters: dict[str, Any] = {
        "language": plan.language, "query": query, "now": now, "kind": kind, "folded": folded, "weights": WEIGHTS,
        "ranked": RANKED, "most": MAX_RESULTS,
        "of_kind": json.dumps(OF_KIND), "of_past": OF_PAST, "page": max(page, 1), "size": size,
        "excluded": tuple(excluded),
    }  # fmt: skip
    parameters |= {f"clause{place}": clause for place, clause in enumerate(plan.clauses)}
    parameters |= {f"weight{place}": weight for place, weight in enumerate(weights)}
    # Not `entry.*`: the generated columns are large, and only the database uses them.
    columns = ", ".join(f"entry.{field.column}" for field in SearchEntry._meta.concrete_fields)
    page_of_hits = _PAGE.format(coverage=coverage, columns=columns, included=_INCLUDED if excluded else "")
    hits = list(SearchEntry.objects.raw(page_of_hits, parameters))
    return HitPage(json.loads(hits[0].counts), hits) if hits else HitPage()  # type: ignore[attr-defined]


def forms_of(words: Collection[str], sought: Collection[str], language: str) -> frozenset[str]:
    """Return the folded words that are forms of a sought lexeme; one query."""
    if not words:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s) AS word WHERE tsvector_to_array(to_tsvector(%s::regconfig, word)) && %s",
            [list(words), CONFIGURATIONS[language], list(sought)],
        )
        return frozenset(word for (word,) in cursor.fetchall())


def hits_of_clauses(plan: QueryPlan, now: datetime, *, excluded: Collection[RecordKey] = ()) -> list[int]:
    """Number of entries that match each clause of the plan alone, without the records `excluded`, up to MANY; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT (
                SELECT count(*) FROM (
                    SELECT 1 FROM search_searchentry entry
                    WHERE entry.words @@ clause::tsquery AND {_VISIBLE}{_INCLUDED if excluded else ""} LIMIT %(many)s
                ) met
            )
            FROM unnest(%(clauses)s) WITH ORDINALITY AS given(clause, place) ORDER BY place
            """,  # noqa: S608 - constants
            {
                "clauses": list(plan.clauses),
                "language": plan.language,
                "now": now,
                "many": MANY,
                "excluded": tuple(excluded),
            },
        )
        return [count for (count,) in cursor.fetchall()]


def words_like(word: str, language: str, *, most: int = 30) -> list[tuple[str, str]]:
    """Words of the index that share trigrams with a folded word, most similar first: (folded, as written)."""
    with transaction.atomic(), connection.cursor() as cursor:
        # After a swap of two letters, a word of six letters keeps a quarter of its trigrams.
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


def titles_like(
    folded: str, language: str, now: datetime, *, most: int = PER_PAGE, excluded: Collection[RecordKey] = ()
) -> list[int]:
    """Ids of entries whose title contains text similar to `folded`, which may be part of a word; most similar first. One query.

    Entries of the records `excluded` are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT id FROM search_searchentry entry
            WHERE %(folded)s <%% folded_title AND {_VISIBLE}{_INCLUDED if excluded else ""}
            ORDER BY word_similarity(%(folded)s, folded_title) DESC, published_at DESC, id LIMIT %(most)s
            """,  # noqa: S608 - constants
            {"folded": folded, "language": language, "now": now, "most": most, "excluded": tuple(excluded)},
        )
        return [number for (number,) in cursor.fetchall()]


def hits_of(ids: Sequence[int]) -> list[SearchEntry]:
    """Entries in the given order; one query."""
    rows = SearchEntry.objects.in_bulk(ids)
    return [rows[number] for number in ids if number in rows]


def next_change(now: datetime) -> datetime | None:
    """Time when the next entry is published or withdrawn; two index lookups."""
    entries = SearchEntry.objects.order_by()
    moments = [
        entries.filter(**{f"{column}__gt": now}).order_by(column).values_list(column, flat=True).first()
        for column in ("published_at", "withdrawn_at")
    ]
    return min((moment for moment in moments if moment), default=None)
