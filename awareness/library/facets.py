"""The facets of the library: what an address asks for, and how many resources each further choice would leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Case, CharField, F, Func, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from awareness.library.enums import BANDS, DurationBand, ResourceKind, ResourceLanguage
from awareness.library.licences import Licence
from awareness.library.models import Resource
from awareness.publishing.audiences import AgeBand, Audience
from awareness.topics.models import Topic

NEWEST, TITLE, MOST_USED = "newest", "title", "most-used"
SORTS: Final[dict[str, Promise]] = {NEWEST: _("newest first"), TITLE: _("by title"), MOST_USED: _("most used first")}
LABELS: Final[dict[str, Promise]] = {
    "topic": _("Topic"),
    "audience": _("For whom"),
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
_COLUMNS: Final = {"type": "kind", "language": "language", "licence": "licence"}
# The parameters of the list's address; what else is in it means nothing. `r` is the basket.
PARAMETERS: Final = (*LABELS, "sort", "page", "r")
FURTHEST_PAGE = 100_000


@dataclass(frozen=True)
class FacetQuery:
    """What an address asks for: known values by facet, the order, and the page (from 1). `nonsense`: something in it meant nothing."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = NEWEST
    page: int = 1
    nonsense: bool = False

    def query(self, *, page: int = 1, without: tuple[str, str] | None = None) -> str:
        """The wish as a query of an address, at that page; `without` leaves one value of a facet out."""
        pairs = [(name, value) for name, values in self.chosen.items() for value in values if (name, value) != without]
        if self.sort != NEWEST:
            pairs.append(("sort", self.sort))
        if page > 1:
            pairs.append(("page", str(page)))
        return urlencode(pairs)


@dataclass(frozen=True)
class FacetChoice:
    """One value of a facet: how many resources there would be with it, whether it is chosen, and the address without it."""

    value: str
    label: str | Promise
    count: int
    chosen: bool
    undo: str = ""


@dataclass(frozen=True)
class Facet:
    """One facet with the values worth showing."""

    name: str
    label: str | Promise
    choices: Sequence[FacetChoice]

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(choice.chosen for choice in self.choices)


def parse_facet_query(query: QueryDict, topics: Sequence[Topic]) -> FacetQuery:
    """What `query` asks for. Unknown values are left out and make it `nonsense`; it never raises."""
    known = {name: tuple(choices.values) for name, choices in CHOICES.items()}
    known["topic"] = tuple(topic.slug for topic in topics)
    chosen, nonsense = {}, False
    for name in LABELS:
        given = [value for value in query.getlist(name) if value]
        values = tuple(value for value in known[name] if value in given)
        nonsense |= any(value not in known[name] for value in given)
        if values:
            chosen[name] = values
    sort = query.get("sort") or NEWEST
    page = query.get("page") or "1"
    whole = page.isascii() and page.isdigit() and len(page) < 10 and 1 <= int(page) <= FURTHEST_PAGE
    return FacetQuery(
        chosen,
        sort if sort in SORTS else NEWEST,
        int(page) if whole else 1,
        nonsense or sort not in SORTS or not whole,
    )


def filter_resources(wish: FacetQuery, topics: Sequence[Topic], now: datetime, *, but: str = "") -> QuerySet[Resource]:
    """Visible resources that fit the wish, or would if the facet `but` were not chosen. Values of one facet widen, facets narrow."""
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
    if name in _COLUMNS:
        return Q(**{f"{_COLUMNS[name]}__in": values})
    condition, first = Q(), 1
    for band, last in BANDS:
        if band in values:
            condition |= Q(minutes__gte=first, **({} if last is None else {"minutes__lte": last}))
        first = (last or 0) + 1
    return condition


def count_facets(wish: FacetQuery, topics: Sequence[Topic], now: datetime) -> tuple[int, list[Facet]]:
    """How many resources fit, and every facet with its counts; one query."""
    columns: dict[str, QuerySet[Any, Any]] = {"": filter_resources(wish, topics, now).values_list("kind")}
    columns |= {name: _values(name, filter_resources(wish, topics, now, but=name)) for name in LABELS}
    parts: list[str] = []
    parameters: list[Any] = []
    for name, rows in columns.items():
        sql, given = rows.query.sql_with_params()
        parts.append(f"SELECT %s, found.value, count(*) FROM ({sql}) found(value) GROUP BY found.value")  # noqa: S608 - Django's own SQL
        parameters += [name, *given]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        found = {(name, value): number for name, value, number in cursor.fetchall()}
    total = sum(number for (name, _), number in found.items() if not name)
    return total, [_facet(name, wish, topics, found) for name in LABELS]


def _values(name: str, rows: "QuerySet[Resource]") -> "QuerySet[Any, Any]":
    """Of each row the value of a facet, or several rows where it has several."""
    if name == "topic":
        through = Resource.topics.through.objects.filter(resource_id__in=rows.values("pk")).order_by()
        return through.values_list("topic__slug")
    return rows.values_list(_value(name))


def _value(name: str) -> F | Func | Case:
    if name in _ARRAYS:
        return Func(F(_ARRAYS[name]), function="unnest", output_field=CharField(), set_returning=True)
    if name in _COLUMNS:
        return F(_COLUMNS[name])
    whens = [When(minutes__lte=last, then=Value(band.value)) for band, last in BANDS if last is not None]
    return Case(When(minutes=None, then=Value("")), *whens, default=Value(BANDS[-1][0].value), output_field=CharField())


def _facet(name: str, wish: FacetQuery, topics: Sequence[Topic], found: Mapping[tuple[str, str], int]) -> Facet:
    labels: dict[str, str | Promise] = (
        {topic.slug: topic.title for topic in topics} if name == "topic" else dict(CHOICES[name].choices)
    )
    chosen = wish.chosen.get(name, ())
    choices = [
        FacetChoice(value, label, found.get((name, value), 0), value in chosen, wish.query(without=(name, value)))
        for value, label in labels.items()
        if found.get((name, value)) or value in chosen
    ]
    return Facet(name, LABELS[name], choices)
