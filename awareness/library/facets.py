"""Faceted search of resources: query parsing, filters and counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Case, CharField, F, Func, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from awareness.library.enums import BANDS, DurationBand, ResourceKind, ResourceLanguage
from awareness.library.licences import Licence
from awareness.library.models import Resource
from awareness.publishing.audiences import READER, AgeBand, Audience
from awareness.topics.models import Topic
from clicksafely.common.list_filters import PAGE, FilterChoice, FilterSelection, parse_selection

NEWEST, TITLE, MAX_USED = "newest", "title", "most-used"
SORTS: Final[dict[str, Promise]] = {NEWEST: _("newest first"), TITLE: _("by title"), MAX_USED: _("most used first")}
LABELS: Final[dict[str, Promise]] = {
    "topic": _("Topic"),
    "audience": _("Intended for"),
    "age": _("Age"),
    "type": _("Kind"),
    "language": _("Language and script"),
    "licence": _("Licence"),
    "length": _("How long it takes"),
}
CHOICES: Final = {
    "audience": Audience,
    "age": AgeBand,
    "type": ResourceKind,
    "language": ResourceLanguage,
    "licence": Licence,
    "length": DurationBand,
}
_ARRAYS: Final = {"audience": "audiences", "age": "ages"}
_COLUMNS: Final = {"type": "kind", "licence": "licence"}
SORT: Final = "sort"
# Query parameters of the list; others are ignored. `r` is the basket.
PARAMETERS: Final = (*LABELS, SORT, PAGE, READER, "r")


@dataclass(frozen=True)
class Facet:
    """A facet with its values that have resources or are chosen. The query of a choice removes it."""

    name: str
    label: str | Promise
    choices: Sequence[FilterChoice]

    @property
    def chosen(self) -> int:
        """Return the number of chosen values."""
        return sum(choice.chosen for choice in self.choices)


@dataclass(frozen=True)
class FacetSelection(FilterSelection):
    """The chosen values of every facet, and the sort order."""

    sort: str = NEWEST

    def parameters(self) -> dict[str, tuple[str, ...]]:
        return super().parameters() | ({SORT: (self.sort,)} if self.sort != NEWEST else {})


def parse_facet_query(query: QueryDict, topics: Sequence[Topic]) -> FacetSelection:
    """Parse a query string. Invalid values are dropped and set `nonsense`. Never raises."""
    allowed_values: dict[str, Sequence[str]] = {"topic": [topic.slug for topic in topics]}
    allowed_values |= {name: choices.values for name, choices in CHOICES.items()}
    found = parse_selection(query, allowed_values, several=True)
    sort = query.get(SORT) or NEWEST
    return FacetSelection(
        found.chosen, found.page, found.nonsense or sort not in SORTS, sort if sort in SORTS else NEWEST
    )


def filter_resources(
    wish: FacetSelection, topics: Sequence[Topic], now: datetime, *, but: str = ""
) -> QuerySet[Resource]:
    """Return the visible resources that match all facets, except the facet `but`.

    A resource matches a facet if it has any of the chosen values.
    """
    found: QuerySet[Resource] = Resource.objects.visible(now).order_by()
    for name, values in wish.chosen.items():
        if name != but:
            found = found.filter(_condition(name, values, topics))
    return found


def _condition(name: str, values: Sequence[str], topics: Sequence[Topic]) -> Q:
    if name == "topic":
        ids = [topic.pk for topic in topics if topic.slug in values]
        return Q(pk__in=Resource.topics.through.objects.filter(topic_id__in=ids).values("resource_id"))
    if name in _ARRAYS:
        return Q(**{f"{_ARRAYS[name]}__overlap": list(values)})
    if name == "language":
        return Q(language__in=values) | Q(other_languages__overlap=list(values))
    if name in _COLUMNS:
        return Q(**{f"{_COLUMNS[name]}__in": values})
    condition, first = Q(), 1
    for band, last in BANDS:
        if band in values:
            condition |= Q(minutes__gte=first, **({} if last is None else {"minutes__lte": last}))
        first = (last or 0) + 1
    return condition


def count_facets(wish: FacetSelection, topics: Sequence[Topic], now: datetime) -> tuple[int, list[Facet]]:
    """Return the number of matching resources, and every facet with its counts. One query."""
    columns: dict[str, QuerySet[Any, Any]] = {"": filter_resources(wish, topics, now).values_list("kind")}
    columns |= {name: _values(name, filter_resources(wish, topics, now, but=name)) for name in LABELS}
    parts: list[str] = []
    parameters: list[Any] = []
    for name, rows in columns.items():
        sql, query_parameters = rows.query.sql_with_params()
        parts.append(f"SELECT %s, found.value, count(*) FROM ({sql}) found(value) GROUP BY found.value")  # noqa: S608 - Django's own SQL
        parameters += [name, *query_parameters]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        found = {(name, value): number for name, value, number in cursor.fetchall()}
    total = sum(number for (name, _), number in found.items() if not name)
    return total, [_facet(name, wish, topics, found) for name in LABELS]


def _values(name: str, rows: "QuerySet[Resource]") -> "QuerySet[Any, Any]":
    """Return one row per resource and value of a facet."""
    if name == "topic":
        through = Resource.topics.through.objects.filter(resource_id__in=rows.values("pk")).order_by()
        return through.values_list("topic__slug")
    return rows.values_list(_value(name))


def _value(name: str) -> F | Func | Case:
    if name in _ARRAYS:
        return Func(F(_ARRAYS[name]), function="unnest", output_field=CharField(), set_returning=True)
    if name == "language":
        others = Func(F("other_languages"), F("language"), function="array_remove")
        every = Func(others, F("language"), function="array_append")
        return Func(every, function="unnest", output_field=CharField(), set_returning=True)
    if name in _COLUMNS:
        return F(_COLUMNS[name])
    whens = [When(minutes__lte=last, then=Value(band.value)) for band, last in BANDS if last is not None]
    return Case(When(minutes=None, then=Value("")), *whens, default=Value(BANDS[-1][0].value), output_field=CharField())


def _facet(name: str, wish: FacetSelection, topics: Sequence[Topic], found: Mapping[tuple[str, str], int]) -> Facet:
    labels: dict[str, str | Promise] = (
        {topic.slug: topic.title for topic in topics} if name == "topic" else dict(CHOICES[name].choices)
    )
    chosen = wish.chosen.get(name, ())
    choices = [
        FilterChoice(value, label, wish.query_without(name, value), value in chosen, found.get((name, value), 0))
        for value, label in labels.items()
        if found.get((name, value)) or value in chosen
    ]
    return Facet(name, LABELS[name], choices)
