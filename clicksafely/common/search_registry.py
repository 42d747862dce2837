"""What the search finds: each app says here which of its records are to be found and with which words, and hears nothing of the search."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import models
from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class SearchText:
    """What a record says in one written language, as plain text: the parts weigh less from the first to the last."""

    title: str
    keywords: str = ""
    summary: str = ""
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """A record for the search: `words` by written language ("sr", "en"; one that is missing is not found in it), and its URL name.

    Addresses are made anew in each language: `reverse(url_name, kwargs=url_kwargs)`.
    """

    words: Mapping[str, SearchText]
    url_name: str
    url_kwargs: Mapping[str, str] = field(default_factory=dict)


class VisibilityPeriod(NamedTuple):
    """From when (None: never) until before when (None: for ever) everybody sees a record, and when it changed."""

    published_at: datetime | None
    withdrawn_at: datetime | None
    changed_at: datetime


def publication_period(record: Any) -> VisibilityPeriod:
    """Those of a record that says itself when it is published."""
    return VisibilityPeriod(record.published_at, record.withdrawn_at, record.changed_at)


def dated_records(model: type[models.Model]) -> "models.QuerySet[Any]":
    """The records that are published, were, or will be."""
    return model._default_manager.exclude(published_at=None)


@dataclass(frozen=True)
class SearchableModel:
    """A kind of record that the search finds, and what it is called in a list of kinds.

    `records` are those of the model of which there may be something to find, by a query that locks rows of one table; `times` says when. The
    model has a column `changed_at`, which grows when what the record says changes.
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
    """Let records of a model be found; an app does it once, when it is ready."""
    _KINDS[findable.model] = findable


def searchable_models() -> list[SearchableModel]:
    """Everything that can be found."""
    return list(_KINDS.values())


def searchable_for(record: models.Model) -> SearchableModel | None:
    """How this record is found; None where it is not."""
    return _KINDS.get(type(record))


def subscribe_to_changes(listener: Callable[[models.Model, bool], None]) -> None:
    """Call `listener(record, stays)` for each record that was saved or, with `stays` false, is about to be deleted, in that transaction."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def notify_changed(record: models.Model, *, stays: bool = True) -> None:
    """A record was saved, or is about to be deleted."""
    for listener in _LISTENERS:
        listener(record, stays)
