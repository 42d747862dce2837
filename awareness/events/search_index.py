"""What events offer the rest of the public site: cards on shelves and at home, and documents for the search."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from awareness.events.models import Event, EventDate
from awareness.events.public.selectors import next_change, next_dates, next_events
from awareness.publishing.related_content import Card
from awareness.publishing.related_content import register_cards as offer_cards
from awareness.publishing.shortcuts import fallback_language_tag
from clicksafely.common.places import TOWNS
from clicksafely.common.rich_text import html_to_text
from clicksafely.common.search_registry import SearchableModel, SearchDocument, SearchText, register_searchable
from clicksafely.common.serbian.transliteration import to_latin

ORDER: Final = 40
# Of the towns of an event, so many of its dates are looked through.
MOST_TOWNS: Final = 60


def card_of(event: Event, date: EventDate | None) -> Card:
    """The card of an event in the active language, with its next date where there is one."""
    note = str(event.get_kind_display())
    if date is not None:
        day = date_format(timezone.localtime(date.starts_at), "MONTH_DAY_FORMAT")
        note = f"{day} · {TOWNS[date.town]} · {note}"
    return Card(
        "event",
        event.title,
        event.summary,
        reverse("event", args=[event.slug]),
        note,
        lang=fallback_language_tag(event),
    )


def cards_about(topics: Collection[int], most: int, now: datetime) -> Sequence[Card]:
    """Events on any of these topics that are to come, the next first; one query, none without topics."""
    return [card_of(date.event, date) for date in next_events(now, most, topics)] if topics else []


def latest_cards(most: int, now: datetime) -> list[Card]:
    """The next events. One query."""
    return [card_of(date.event, date) for date in next_events(now, most)]


def cards_by_slug(slugs: Collection[str], now: datetime) -> dict[str, Card]:
    """The cards of the events with these slugs that everybody sees at `now`, by slug, whether or not they have a date. Two queries."""
    events = list(Event.objects.visible(now).filter(slug__in=slugs))
    dates = next_dates(events, now)
    return {event.slug: card_of(event, dates.get(event.pk)) for event in events}


def document_of(event: Event) -> SearchDocument:
    """An event for the search, with the towns of its dates; in English only where it has an English title."""
    topics = list(event.topics.all()) if event.pk else []
    rows = EventDate.objects.filter(event=event).order_by("-starts_at").values_list("town", "place")[:MOST_TOWNS]
    places = list(rows) if event.pk else []
    towns = [TOWNS[code] for code in dict.fromkeys(town for town, _place in places) if code in TOWNS]
    words = {}
    for language in ("sr", "en"):
        if title := getattr(event, f"title_{language}"):
            body = html_to_text(getattr(event, f"description_{language}") or "")
            words[language] = SearchText(
                title=title,
                keywords=" ".join(
                    [
                        *filter(None, (getattr(topic, f"title_{language}") for topic in topics)),
                        *(town.name_in(language) for town in towns),
                    ]
                ),
                summary=getattr(event, f"summary_{language}") or "",
                body="\n".join([body, *_names(places, language)]).strip(),
            )
    return SearchDocument(words=words, url_name="event", url_kwargs={"slug": event.slug})


def _names(places: Sequence[tuple[str, str]], language: str) -> Sequence[str]:
    """The places of (town, place), each once, in English in Latin letters."""
    return list(dict.fromkeys(to_latin(place) if language == "en" else place for _town, place in places))


def register() -> None:
    """Once, when the app is ready."""
    offer_cards(
        kind="event",
        title=_("Events to come"),
        order=ORDER,
        provider=cards_about,
        next_change=next_change,
        finder=cards_by_slug,
        latest=latest_cards,
    )
    register_searchable(SearchableModel("event", _("Events"), Event, document_of))
