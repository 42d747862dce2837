"""Registry of cards, with which apps show each other's content without imports between them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

from awareness.publishing.models import Publication
from awareness.publishing.shortcuts import fallback_language_tag
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.list_cache import TimedListCache


@dataclass(frozen=True)
class Card:
    """A link to a record on another app's page. `title` and `text` are in the active language.

    `picture` is the folder and name of an illustration; the illustration of the kind is the fallback. `alt` is its alternative text.
    `lang` is the language tag of the texts if they are not in the active language. `fits` has the values of `Audience` and `Level` for
    which the record is meant; empty: for all.
    """

    kind: str
    title: str
    text: str
    path: str
    note: str | Promise = ""
    picture: tuple[str, str] = ("", "")
    alt: str = ""
    lang: str = ""
    fits: tuple[str, ...] = ()


def card_of(
    record: Publication,
    *,
    note: str | Promise = "",
    picture: tuple[str, str] = ("", ""),
    alt: str = "",
    fits: Collection[str] = (),
) -> Card:
    """Return the card of a record in the active language. The name of the model is the kind and the name of the URL."""
    kind = str(record._meta.model_name)
    return Card(
        kind,
        record.title,  # type: ignore[attr-defined]
        record.summary,  # type: ignore[attr-defined]
        reverse(kind, args=[record.slug]),
        note,
        picture,
        alt,
        fallback_language_tag(record),
        tuple(fits),
    )


# (topic ids, limit, now) -> public cards about any of these topics, best match first.
Provider = Callable[[Collection[int], int, datetime], Sequence[Card]]
# (limit, now, value of Audience or Level, or "" for all) -> the newest public cards.
Latest = Callable[[int, datetime, str], Sequence[Card]]
# (now) -> the time of the next change of a provider's cards; None if no change is scheduled.
NextChange = Callable[[datetime], datetime | None]
# (slugs, now) -> public cards by slug, in one query.
Finder = Callable[[Collection[str], datetime], Mapping[str, Card]]


@dataclass(frozen=True)
class CardSource:
    """A kind of card with the title of its section. Without a provider it has no section of related content."""

    kind: str
    title: str | Promise
    provider: Provider | None
    order: int
    next_change: NextChange
    finder: Finder | None = None
    latest: Latest | None = None


CARD_SOURCES: Final[dict[str, CardSource]] = {}


def _nothing_planned(now: datetime) -> None:
    """Return None, for cards without dates."""


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
    """Register the cards of `kind`. Apps call this in `AppConfig.ready`. A later call replaces an earlier one.

    `provider` enables sections of related content, `finder` links by slug, and `latest` lists of new content.
    """
    CARD_SOURCES[kind] = CardSource(kind, title, provider, order, next_change, finder, latest)


def cards_by_slug(
    kind: str, slugs: Collection[str], *, now: datetime, request: HttpRequest | None = None
) -> Mapping[str, Card]:
    """Return the public cards of this kind with these slugs, by slug, in one query.

    The result is empty if no app registered the kind. The cached page of `request` expires at the next change of
    this kind. Raises NoReverseMatch on the staff site if a record exists, because it has no public URLs.
    """
    source = CARD_SOURCES.get(kind)
    if source is None or source.finder is None or not slugs:
        return {}
    if request is not None:
        expire_page_at(request, source.next_change(now))
    return source.finder(slugs, now)


def _latest_until_change(key: tuple[str, int, str, str], now: datetime) -> tuple[Sequence[Card], datetime | None]:
    kind, most, fits, _language = key
    source = CARD_SOURCES.get(kind)
    return (source.latest(most, now, fits), source.next_change(now)) if source and source.latest else ((), None)


# Keys: (kind, limit, audience or level, language).
cached_cards = TimedListCache(_latest_until_change)


def latest_cards(request: HttpRequest, kind: str, *, most: int, now: datetime, fits: str = "") -> Sequence[Card]:
    """Return the newest cards of a kind, for an audience or a level if given. Queried once for each content version.

    The cached page of `request` expires at the next change of that kind.
    """
    cached = cached_cards.at(request, (kind, most, fits, get_language() or ""), now)
    expire_page_at(request, cached.until)
    return cached.items


type _About = tuple[tuple[int, ...], int, frozenset[str], str]


def _shelves_until_change(
    key: _About, now: datetime
) -> tuple[list[tuple[CardSource, Sequence[Card]]], datetime | None]:
    topics, most, without, _language = key
    chosen = [
        (source, source.provider)
        for source in sorted(CARD_SOURCES.values(), key=lambda source: source.order)
        if source.provider and source.kind not in without
    ]
    planned = [moment for source, _provider in chosen if (moment := source.next_change(now))]
    filled = [(source, provider(topics, most, now)) for source, provider in chosen]
    return [(source, cards) for source, cards in filled if cards], min(planned, default=None)


cached_related_cards = TimedListCache(_shelves_until_change)


def related_cards(
    request: HttpRequest, topics: Collection[int], *, now: datetime, most: int = 3, without: Collection[str] = ()
) -> Sequence[tuple[CardSource, Sequence[Card]]]:
    """Return the non-empty sections of cards about these topics (ids). Queried once for each content version.

    The cached page of `request` expires at the next change of these kinds.
    """
    if not topics:
        return ()
    cached = cached_related_cards.at(request, (tuple(topics), most, frozenset(without), get_language() or ""), now)
    expire_page_at(request, cached.until)
    return cached.items


# Cards of the mixed section: two rows of three.
MAX_MIXED_CARDS: Final = 6


def mixed_cards(shelves: Sequence[tuple[CardSource, Sequence[Card]]]) -> list[Card]:
    """Return cards of all sections in one list.

    The first card of each kind comes first, then the second of each. A last card alone in a row of three is left out.
    """
    turns = zip_longest(*(cards for _shelf, cards in shelves))
    mixed = [card for turn in turns for card in turn if card is not None][:MAX_MIXED_CARDS]
    return mixed[:-1] if len(mixed) > 1 and len(mixed) % 3 == 1 else mixed
