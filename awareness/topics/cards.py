"""What the apps of the public site show of each other, without knowing each other: each offers its cards here."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise


@dataclass(frozen=True)
class Card:
    """One thing on another app's page: its kind ("resource", "article"), title and text in the reader's language, and path."""

    kind: str
    title: str
    text: str
    path: str
    note: str | Promise = ""


# Cards of a kind about any of these topics (ids), best first, at most so many; seen at that moment by everybody.
Provider = Callable[[Collection[int], int, datetime], Sequence[Card]]


@dataclass(frozen=True)
class Shelf:
    """A kind of card, and what its shelf is called."""

    kind: str
    title: str | Promise
    provider: Provider
    order: int


_SHELVES: Final[dict[str, Shelf]] = {}


def offer(*, kind: str, title: str | Promise, order: int, provider: Provider) -> None:
    """Let pages of other apps show cards of `kind`; an app does it once, when it is ready. Again with the same kind: the last one counts."""
    _SHELVES[kind] = Shelf(kind, title, provider, order)


def shelves_about(
    topics: Collection[int], *, now: datetime, most: int = 3, without: Collection[str] = ()
) -> list[tuple[Shelf, Sequence[Card]]]:
    """What there is about these topics (ids), by kind in the order of shelves; empty kinds are left out."""
    chosen = sorted((shelf for shelf in _SHELVES.values() if shelf.kind not in without), key=lambda shelf: shelf.order)
    filled = [(shelf, shelf.provider(topics, most, now)) for shelf in chosen]
    return [(shelf, cards) for shelf, cards in filled if cards]
