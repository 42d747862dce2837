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
# The card of the one with this slug, where everybody sees it at that moment.
Finder = Callable[[str, datetime], Card | None]


@dataclass(frozen=True)
class Shelf:
    """A kind of card, and what its shelf is called."""

    kind: str
    title: str | Promise
    provider: Provider
    order: int
    finder: Finder | None = None


_SHELVES: Final[dict[str, Shelf]] = {}


def offer(*, kind: str, title: str | Promise, order: int, provider: Provider, finder: Finder | None = None) -> None:
    """Let pages of other apps show cards of `kind`; an app does it once, when it is ready. Again with the same kind: the last one counts.

    With a `finder` other apps may also lead to one of them by its slug.
    """
    _SHELVES[kind] = Shelf(kind, title, provider, order, finder)


def can_find(kind: str) -> bool:
    """Whether cards of this kind are found by slug."""
    return kind in _SHELVES and _SHELVES[kind].finder is not None


def card_of(kind: str, slug: str, *, now: datetime) -> Card | None:
    """The card of what has this slug; None where nobody offers such cards, or everybody does not see it at `now`."""
    shelf = _SHELVES.get(kind)
    return shelf.finder(slug, now) if shelf and shelf.finder else None


def shelves_about(
    topics: Collection[int], *, now: datetime, most: int = 3, without: Collection[str] = ()
) -> list[tuple[Shelf, Sequence[Card]]]:
    """What there is about these topics (ids), by kind in the order of shelves; empty kinds are left out."""
    chosen = sorted((shelf for shelf in _SHELVES.values() if shelf.kind not in without), key=lambda shelf: shelf.order)
    filled = [(shelf, shelf.provider(topics, most, now)) for shelf in chosen]
    return [(shelf, cards) for shelf, cards in filled if cards]
