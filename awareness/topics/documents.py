"""What the search finds: each app says here which of its records are to be found and with which words, and hears nothing of the search."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.utils.functional import Promise

from awareness.topics.publication import Publication


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a record says in one written language, as plain text: the parts weigh less from the first to the last."""

    title: str
    keywords: str = ""
    summary: str = ""
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A record for the search: `words` by written language ("sr", "en"; one that is missing is not found in it), and its URL name.

    Addresses are made anew in each language: `reverse(url_name, kwargs=url_kwargs)`.
    """

    words: Mapping[str, Words]
    url_name: str
    url_kwargs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Findable:
    """A kind of record that the search finds, and what it is called in a list of kinds."""

    kind: str
    label: str | Promise
    model: type[Publication]
    read: Callable[[Any], Document]


_KINDS: Final[dict[type[models.Model], Findable]] = {}
_LISTENERS: Final[list[Callable[[models.Model, bool], None]]] = []


def offer_documents(findable: Findable) -> None:
    """Let records of a model be found; an app does it once, when it is ready."""
    _KINDS[findable.model] = findable


def findables() -> list[Findable]:
    """Everything that can be found."""
    return list(_KINDS.values())


def findable_of(record: models.Model) -> Findable | None:
    """How this record is found; None where it is not."""
    return _KINDS.get(type(record))


def hear_of_changes(listener: Callable[[models.Model, bool], None]) -> None:
    """Call `listener(record, stays)` for each record that was saved or, with `stays` false, is about to be deleted, in that transaction."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def tell(record: models.Model, *, stays: bool = True) -> None:
    """A record was saved, or is about to be deleted."""
    for listener in _LISTENERS:
        listener(record, stays)
