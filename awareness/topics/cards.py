"""What the apps of the public site show of each other, without knowing each other: each offers its cards here."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language

from awareness.topics.lastknown import SeenNow
from clicksafely.common.cacheable import changes_at


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
# The newest of a kind, at most so many; seen at that moment by everybody.
Latest = Callable[[int, datetime], Sequence[Card]]
# When what a provider offers changes next, after that moment; None where nothing is planned.
NextChange = Callable[[datetime], datetime | None]
# The card of the one with this slug, where everybody sees it at that moment.
Finder = Callable[[str, datetime], Card | None]


@dataclass(frozen=True)
class Shelf:
    """A kind of card, and what its shelf is called."""

    kind: str
    title: str | Promise
    provider: Provider
    order: int
    next_change: NextChange
    finder: Finder | None = None
    latest: Latest | None = None


_SHELVES: Final[dict[str, Shelf]] = {}


def _nothing_planned(now: datetime) -> None:
    """Of what is offered without dates."""


def offer(
    *,
    kind: str,
    title: str | Promise,
    order: int,
    provider: Provider,
    next_change: NextChange = _nothing_planned,
    finder: Finder | None = None,
    latest: Latest | None = None,
) -> None:
    """Let pages of other apps show cards of `kind`; an app does it once, when it is ready. Again with the same kind: the last one counts.

    With a `finder` other apps may also lead to one of them by its slug, with `latest` show what is new.
    """
    _SHELVES[kind] = Shelf(kind, title, provider, order, next_change, finder, latest)


def card_of(kind: str, slug: str, *, now: datetime, request: HttpRequest | None = None) -> Card | None:
    """The card of what has this slug; None where nobody offers such cards, or everybody does not see it at `now`.

    The page of `request` holds until something of this kind appears or goes.
    """
    shelf = _SHELVES.get(kind)
    if shelf is None or shelf.finder is None:
        return None
    if request is not None:
        changes_at(request, shelf.next_change(now))
    return shelf.finder(slug, now)


def _latest_until_change(key: tuple[str, int, str], now: datetime) -> tuple[Sequence[Card], datetime | None]:
    kind, most, _language = key
    shelf = _SHELVES.get(kind)
    return (shelf.latest(most, now), shelf.next_change(now)) if shelf and shelf.latest else ((), None)


# By kind, how many, and the language they are written in.
known_cards = SeenNow(_latest_until_change)


def latest_cards(request: HttpRequest, kind: str, *, most: int, now: datetime) -> Sequence[Card]:
    """The newest of a kind; the page of `request` holds until one of that kind appears or goes. Read once a content generation."""
    seen = known_cards.at(request, (kind, most, get_language() or ""), now)
    changes_at(request, seen.until)
    return seen.items


type _About = tuple[tuple[int, ...], int, frozenset[str], str]


def _shelves_until_change(key: _About, now: datetime) -> tuple[list[tuple[Shelf, Sequence[Card]]], datetime | None]:
    topics, most, without, _language = key
    chosen = sorted((shelf for shelf in _SHELVES.values() if shelf.kind not in without), key=lambda shelf: shelf.order)
    planned = [moment for shelf in chosen if (moment := shelf.next_change(now))]
    filled = [(shelf, shelf.provider(topics, most, now)) for shelf in chosen]
    return [(shelf, cards) for shelf, cards in filled if cards], min(planned, default=None)


known_shelves = SeenNow(_shelves_until_change)


def shelves_about(
    request: HttpRequest, topics: Collection[int], *, now: datetime, most: int = 3, without: Collection[str] = ()
) -> Sequence[tuple[Shelf, Sequence[Card]]]:
    """What there is about these topics (ids), by kind in the order of shelves; empty kinds are left out. Read once a content generation.

    The page of `request` holds until something of these kinds appears or goes.
    """
    seen = known_shelves.at(request, (tuple(topics), most, frozenset(without), get_language() or ""), now)
    changes_at(request, seen.until)
    return seen.items
