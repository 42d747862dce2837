"""What the apps of the public site show of each other, without knowing each other: each offers its cards here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language

from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.list_cache import TimedListCache


@dataclass(frozen=True)
class Card:
    """One thing on another app's page: its kind ("resource", "article"), title and text in the reader's language, and path.

    `picture` is folder and name of a drawn picture; without it, and where it is not drawn, the picture of the kind is shown.
    `lang` is the tag of their language where they are not in the reader's.
    """

    kind: str
    title: str
    text: str
    path: str
    note: str | Promise = ""
    picture: tuple[str, str] = ("", "")
    lang: str = ""


# Cards of a kind about any of these topics (ids), best first, at most so many; seen at that moment by everybody.
Provider = Callable[[Collection[int], int, datetime], Sequence[Card]]
# The newest of a kind, at most so many; seen at that moment by everybody.
Latest = Callable[[int, datetime], Sequence[Card]]
# When what a provider offers changes next, after that moment; None where nothing is planned.
NextChange = Callable[[datetime], datetime | None]
# The cards of those with these slugs that everybody sees at that moment, by slug; one query.
Finder = Callable[[Collection[str], datetime], Mapping[str, Card]]


@dataclass(frozen=True)
class CardSource:
    """A kind of card, and what its shelf is called; without a provider it stands on none."""

    kind: str
    title: str | Promise
    provider: Provider | None
    order: int
    next_change: NextChange
    finder: Finder | None = None
    latest: Latest | None = None


_SHELVES: Final[dict[str, CardSource]] = {}


def _nothing_planned(now: datetime) -> None:
    """Of what is offered without dates."""


def register_cards(
    *,
    kind: str,
    title: str | Promise,
    order: int = 0,
    provider: Provider | None = None,
    next_change: NextChange = _nothing_planned,
    finder: Finder | None = None,
    latest: Latest | None = None,
) -> None:
    """Let pages of other apps show cards of `kind`; an app does it once, when it is ready. Again with the same kind: the last one counts.

    With a `provider` there are shelves of them, with a `finder` other apps may lead to one by its slug, with `latest` show what is new.
    """
    _SHELVES[kind] = CardSource(kind, title, provider, order, next_change, finder, latest)


def cards_by_slug(
    kind: str, slugs: Collection[str], *, now: datetime, request: HttpRequest | None = None
) -> Mapping[str, Card]:
    """The cards of this kind with these slugs, by slug, however many in one query: those that everybody sees at `now`.

    None where nobody offers such cards. The page of `request` holds until something of this kind appears or goes. Raises NoReverseMatch
    at the staff door, which has no public addresses, where there is one.
    """
    shelf = _SHELVES.get(kind)
    if shelf is None or shelf.finder is None or not slugs:
        return {}
    if request is not None:
        expire_page_at(request, shelf.next_change(now))
    return shelf.finder(slugs, now)


def _latest_until_change(key: tuple[str, int, str], now: datetime) -> tuple[Sequence[Card], datetime | None]:
    kind, most, _language = key
    shelf = _SHELVES.get(kind)
    return (shelf.latest(most, now), shelf.next_change(now)) if shelf and shelf.latest else ((), None)


# By kind, how many, and the language they are written in.
cached_cards = TimedListCache(_latest_until_change)


def latest_cards(request: HttpRequest, kind: str, *, most: int, now: datetime) -> Sequence[Card]:
    """The newest of a kind; the page of `request` holds until one of that kind appears or goes. Read once a content generation."""
    seen = cached_cards.at(request, (kind, most, get_language() or ""), now)
    expire_page_at(request, seen.until)
    return seen.items


type _About = tuple[tuple[int, ...], int, frozenset[str], str]


def _shelves_until_change(
    key: _About, now: datetime
) -> tuple[list[tuple[CardSource, Sequence[Card]]], datetime | None]:
    topics, most, without, _language = key
    chosen = [
        (shelf, shelf.provider)
        for shelf in sorted(_SHELVES.values(), key=lambda shelf: shelf.order)
        if shelf.provider and shelf.kind not in without
    ]
    planned = [moment for shelf, _provider in chosen if (moment := shelf.next_change(now))]
    filled = [(shelf, provider(topics, most, now)) for shelf, provider in chosen]
    return [(shelf, cards) for shelf, cards in filled if cards], min(planned, default=None)


cached_related_cards = TimedListCache(_shelves_until_change)


def related_cards(
    request: HttpRequest, topics: Collection[int], *, now: datetime, most: int = 3, without: Collection[str] = ()
) -> Sequence[tuple[CardSource, Sequence[Card]]]:
    """What there is about these topics (ids), by kind in the order of shelves; empty kinds are left out. Read once a content generation.

    The page of `request` holds until something of these kinds appears or goes.
    """
    seen = cached_related_cards.at(request, (tuple(topics), most, frozenset(without), get_language() or ""), now)
    expire_page_at(request, seen.until)
    return seen.items
