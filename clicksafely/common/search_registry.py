"""Registry of searchable models: each app registers its records and their texts, independently of the search."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import models
from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class SearchText:
    """The plain text of a record in one written language; weights decrease from the first part to the last.

    `details` are short facts that a result shows after its kind, such as a date; they are not searched. Each field is a column of the
    index.
    """

    title: str
    keywords: str = ""
    summary: str = ""
    body: str = ""
    details: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """A record for the search.

    `words` are its texts by written language ("sr", "en"). A record is not found in a missing language. Its URL in each
    language is `reverse(url_name, kwargs=url_kwargs)`. From `past_at` on, the record is found after others.
    """

    words: Mapping[str, SearchText]
    url_name: str
    url_kwargs: Mapping[str, str] = field(default_factory=dict)
    past_at: datetime | None = None


class VisibilityPeriod(NamedTuple):
    """The period in which a record is public, and the time of its last change.

    The period is from (None: never) until before (None: without end).
    """

    published_at: datetime | None
    withdrawn_at: datetime | None
    changed_at: datetime


def publication_period(record: Any) -> VisibilityPeriod:
    """Return the period of a record with publication fields."""
    return VisibilityPeriod(record.published_at, record.withdrawn_at, record.changed_at)


def dated_records(model: type[models.Model]) -> "models.QuerySet[Any]":
    """Return the records that are, were or will be published."""
    return model._default_manager.exclude(published_at=None)


@dataclass(frozen=True)
class SearchableModel:
    """A searchable kind of record and its label in a list of kinds.

    `records` returns the model's records that may have a document, by a query that locks rows of one table. `times`
    returns the period. The model's column `changed_at` grows with every change of the text.
    """

    kind: str
    label: str | Promise
    model: type[models.Model]
    read: Callable[[Any], SearchDocument]
    times: Callable[[Any], VisibilityPeriod] = publication_period
    records: Callable[[type[models.Model]], "models.QuerySet[Any]"] = dated_records


_KINDS: Final[dict[type[models.Model], SearchableModel]] = {}
_LISTENERS: Final[list[Callable[[models.Model, bool], None]]] = []


def register_searchable(findable: SearchableModel) -> None:
    """Register a searchable model, in `AppConfig.ready`."""
    _KINDS[findable.model] = findable


def searchable_models() -> list[SearchableModel]:
    """Return all searchable models."""
    return list(_KINDS.values())


def searchable_for(record: models.Model) -> SearchableModel | None:
    """Return the searchable kind of this record; None if it has none."""
    return _KINDS.get(type(record))


def subscribe_to_changes(listener: Callable[[models.Model, bool], None]) -> None:
    """Call `listener(record, stays)` in the transaction of each saved record and, with `stays` false, before each deletion."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def notify_changed(record: models.Model, *, stays: bool = True) -> None:
    """Notify the listeners of a save or a coming deletion."""
    for listener in _LISTENERS:
        listener(record, stays)
