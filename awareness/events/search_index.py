"""Cards and search documents of events."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from awareness.events.enums import readers_of_groups
from awareness.events.models import Event, EventDate
from awareness.events.public.selectors import next_change, next_dates, next_events
from awareness.publishing.related_content import Card, card_of, register_cards
from awareness.publishing.search_index import publication_document
from clicksafely.common.places import TOWNS
from clicksafely.common.rich_text import html_to_text
from clicksafely.common.search_registry import SearchableModel, SearchDocument, register_searchable
from clicksafely.common.serbian.transliteration import to_latin

ORDER: Final = 40
# Dates of an event whose towns are indexed.
MAX_TOWNS: Final = 60


def event_card(event: Event, date: EventDate | None) -> Card:
    """Return the card of an event in the active language, with its next date if there is one."""
    note = str(event.get_kind_display())
    if date is not None:
        day = date_format(timezone.localtime(date.starts_at), "MONTH_DAY_FORMAT")
        note = f"{day} · {TOWNS[date.town]} · {note}"
    return card_of(event, note=note, fits=readers_of_groups(event.audiences))


def cards_about(topics: Collection[int], most: int, now: datetime) -> Sequence[Card]:
    """Cards of future events on any of these topics, the next first; one query, none without topics."""
    return [event_card(date.event, date) for date in next_events(now, most, topics)] if topics else []


def latest_cards(most: int, now: datetime, _fits: str = "") -> list[Card]:
    """Cards of the next events; one query."""
    return [event_card(date.event, date) for date in next_events(now, most)]


def cards_by_slug(slugs: Collection[str], now: datetime) -> dict[str, Card]:
    """Cards of visible events by slug, with or without a date; two queries."""
    events = list(Event.objects.visible(now).filter(slug__in=slugs))
    dates = next_dates(events, now)
    return {event.slug: event_card(event, dates.get(event.pk)) for event in events}


def document_of(event: Event) -> SearchDocument:
    """Return the search document of an event with the towns and places of its dates."""
    rows = EventDate.objects.filter(event=event).order_by("-starts_at").values_list("town", "place")[:MAX_TOWNS]
    places = list(rows) if event.pk else []
    last_end = EventDate.objects.filter(event=event).aggregate(Max("ends_at"))["ends_at__max"] if event.pk else None
    towns = [TOWNS[code] for code in dict.fromkeys(town for town, _place in places) if code in TOWNS]

    def texts(language: str) -> list[str]:
        return [html_to_text(getattr(event, f"description_{language}") or ""), *_names(places, language)]

    return publication_document(
        event,
        topics=event.topics.all() if event.pk else (),
        keywords=lambda language: [town.name_in(language) for town in towns],
        texts=texts,
        past_at=last_end,
    )


def _names(places: Sequence[tuple[str, str]], language: str) -> Sequence[str]:
    """Return the distinct places of pairs (town, place), in Latin script for English."""
    return list(dict.fromkeys(to_latin(place) if language == "en" else place for _town, place in places))


def register() -> None:
    """Register cards and search documents; called once by the app configuration."""
    register_cards(
        kind="event",
        title=_("Upcoming events"),
        order=ORDER,
        provider=cards_about,
        next_change=next_change,
        finder=cards_by_slug,
        latest=latest_cards,
    )
    register_searchable(SearchableModel("event", _("Events"), Event, document_of))
