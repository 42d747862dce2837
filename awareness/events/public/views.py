"""Public pages of events: future dates, past dates and one event."""

from itertools import dropwhile, groupby, islice
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language

from awareness.events.enums import readers_of_groups
from awareness.events.models import Event, Series
from awareness.events.public import selectors
from awareness.events.public.filters import FILTERS, TOWN, month_of, month_words
from awareness.events.public.presenters import PublicDate, booking_path, dots_of, present_date
from awareness.events.public.structured_data import event_data
from awareness.publishing.audiences import READER, chosen_reader, readers_first
from awareness.publishing.models import PublicationState
from awareness.publishing.related_content import mixed_cards, related_cards
from awareness.publishing.shortcuts import (
    chosen_labels,
    filter_visible,
    publication_context,
    publication_page,
    require_visible,
)
from clicksafely.common.http.decorators import read_only
from clicksafely.common.ical import subscription_urls
from clicksafely.common.list_filters import PAGE, filter_items, page_number
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page

A_PAGE: Final = 40
# Parameter value for dates of events without a series.
OTHER = "other"


@read_only
@public_page(params=(*(each.name for each in FILTERS), PAGE, READER))
def events(request: HttpRequest) -> HttpResponse:
    """Filtered future dates by month, in each month those for the chosen reader first. Invalid parameters are ignored with a notice."""
    now = timezone.now()
    coming = selectors.cached_upcoming_dates.at(request, None, now)
    expire_page_at(request, coming.until)
    reader = chosen_reader(request.GET)
    found = filter_items(coming.items, FILTERS, request.GET)
    page = Paginator(found.items, A_PAGE).get_page(found.selection.page)
    shown = [present_date(date, now) for date in selectors.dates_with_events([row.pk for row in page])]
    town_filter = next(each for each in found.filters if each.name == TOWN)
    context = {
        "found": found,
        "page": page,
        "town_filter": town_filter,
        "dots": dots_of(town_filter),
        "months": [
            (month_words(month), readers_first(dates, reader, _readers)) for month, dates in groupby(shown, key=_month)
        ],
        "reader": reader,
        "series": list(dict.fromkeys(each.event.series for each in shown if each.event.series)),
        **subscription_urls(request, f"{reverse('events-ics')}?lang={get_language()}"),
    }
    return render(request, "public/events/event_list.html", context)


@read_only
@public_page(params=("series", "page"))
def past(request: HttpRequest) -> HttpResponse:
    """Past dates of one series, the newest first."""
    now = timezone.now()
    expire_page_at(request, selectors.next_end(now))
    all_series: list[Series | None] = [*selectors.past_series(now)]
    if selectors.has_past_dates_without_series(now):
        all_series.append(None)
    keys = {series_key(each): each for each in all_series}
    requested_key = request.GET.get("series", "")
    number = min(page_number(request.GET.get(PAGE, "")) or 1, selectors.MAX_PAST_PAGES)
    chosen = requested_key if requested_key in keys else next(iter(keys), "")
    dates, more = selectors.past_dates(keys[chosen], now, number) if keys else ([], False)
    before = next(islice(dropwhile(lambda key: key != chosen, keys), 1, None), "")
    path = reverse("events-past")
    context = {
        "keys": keys,
        "chosen": chosen,
        "series": keys.get(chosen),
        "before_key": before if before != OTHER else "",
        "before_title": str(keys.get(before) or ""),
        "shown": [present_date(date, now, report=True) for date in dates],
        "number": number,
        "nonsense": bool(requested_key) and requested_key not in keys,
        "earlier": f"{path}?{urlencode({'series': chosen, 'page': str(number - 1)})}" if number > 1 else "",
        "later": f"{path}?{urlencode({'series': chosen, 'page': str(number + 1)})}" if more else "",
    }
    return render(request, "public/events/past_dates.html", context)


@read_only
@publication_page(Event)
def event(request: HttpRequest, *, slug: str) -> HttpResponse:
    """One event with its dates and related content."""
    now = timezone.now()
    found = require_visible(request, selectors.find_event(slug), now)
    ahead = selectors.upcoming_dates(found, now)
    expire_page_at(request, selectors.next_moment(ahead, now))
    topics = filter_visible(request, found.topics.all(), now)
    shown = [present_date(date, now) for date in ahead]
    published = found.state_at(now) == PublicationState.PUBLISHED
    bookable = published and any(each.can_be_booked for each in shown)
    context = {
        **publication_context(found),
        "event": found,
        "ahead": shown,
        "behind": [present_date(date, now, report=True) for date in selectors.ended_dates(found, now)],
        "audiences": chosen_labels(found, "audiences"),
        "languages": chosen_labels(found, "languages"),
        "access": chosen_labels(found, "access"),
        "book_path": booking_path(found.slug) if bookable else "",
        "topics": topics,
        "related": mixed_cards(related_cards(request, [topic.pk for topic in topics], now=now, without=["event"])),
        "data": event_data(request, found, shown, topics),
        **subscription_urls(request, f"{reverse('events-ics')}?lang={get_language()}"),
    }
    return render(request, "public/events/event.html", context)


def series_key(series: Series | None) -> str:
    """Return the parameter value of a series: "2026-autumn"."""
    return f"{series.year}-{series.season}" if series else OTHER


def _month(shown: PublicDate) -> str:
    return month_of(shown.starts_at)


def _readers(shown: PublicDate) -> list[str]:
    return readers_of_groups(shown.event.audiences)
