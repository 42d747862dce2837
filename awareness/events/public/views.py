"""The public pages of events: what is to come, what was, and one event with its dates."""

from datetime import datetime
from itertools import dropwhile, groupby, islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language

from awareness.events.models import Event, Series
from awareness.events.public import selectors
from awareness.events.public.filters import PARAMETERS, filter_dates, month_of, month_words
from awareness.events.public.presenters import PresentedDate, booking_path, dots_of, present_date
from awareness.events.public.structured_data import event_data, labels
from awareness.publishing.models import PublicationState
from awareness.publishing.related_content import related_cards
from awareness.publishing.shortcuts import (
    PREVIEW_PARAMETER,
    is_preview,
    is_unpublished_preview,
    language_context,
    no_store_previews,
    redirect_from_former_slug,
    require_visible,
)
from awareness.topics.models import Topic
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page
from clicksafely.common.templatetags.page_metadata import build_absolute_url

# In an address: dates of events that belong to no series.
OTHER = "other"


@read_only
@public_page(params=PARAMETERS)
def events(request: HttpRequest) -> HttpResponse:
    """What is to come, month by month, as the address narrows it down. What makes no sense in the address is left out, and the page says so."""
    now = timezone.now()
    coming = selectors.cached_upcoming_dates.at(request, None, now)
    expire_page_at(request, coming.until)
    narrowed = filter_dates(coming.items, request.GET)
    shown = [present_date(date, now) for date in selectors.dates_with_events(narrowed.keys)]
    context = {
        "narrowed": narrowed,
        "dots": dots_of(narrowed.towns),
        "months": [(month_words(month), list(dates)) for month, dates in groupby(shown, key=_month)],
        "series": list(dict.fromkeys(each.date.event.series for each in shown if each.date.event.series)),
        "filtered": narrowed.filtered or narrowed.number > 1,
        **_feed(request),
    }
    return render(request, "public/events/event_list.html", context)


@read_only
@public_page(params=("series", "page"))
def past(request: HttpRequest) -> HttpResponse:
    """What was, a series at a time, the newest first."""
    now = timezone.now()
    expire_page_at(request, selectors.next_end(now))
    all_series: list[Series | None] = [*selectors.past_series(now)]
    if selectors.has_past_dates_without_series(now):
        all_series.append(None)
    keys = {series_key(each): each for each in all_series}
    wanted, number = request.GET.get("series", ""), _page(request.GET.get("page", "1"))
    chosen = wanted if wanted in keys else next(iter(keys), "")
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
        "nonsense": bool(wanted) and wanted not in keys,
        "earlier": f"{path}?{urlencode({'series': chosen, 'page': str(number - 1)})}" if number > 1 else "",
        "later": f"{path}?{urlencode({'series': chosen, 'page': str(number + 1)})}" if more else "",
    }
    return render(request, "public/events/past_dates.html", context)


@read_only
@no_store_previews
@public_page()
def event(request: HttpRequest, *, slug: str) -> HttpResponse:
    """One event with its dates, and what else there is on its topics."""
    now = timezone.now()
    found = selectors.find_event(slug)
    if found is None and (answer := redirect_from_former_slug(request, Event, slug)):
        return answer
    require_visible(request, found, now)
    assert found is not None  # noqa: S101 - or it were not shown
    return render(request, "public/events/event.html", _page_of(request, found, now))


def _page_of(request: HttpRequest, found: Event, now: datetime) -> dict[str, Any]:
    ahead = selectors.upcoming_dates(found, now)
    expire_page_at(request, selectors.next_moment(ahead, now))
    expire_page_at(request, Topic.objects.next_change(now))
    topics = [topic for topic in found.topics.all() if topic.state_at(now) == PublicationState.PUBLISHED]
    shown = [present_date(date, now) for date in ahead]
    behind = [present_date(date, now, report=True) for date in selectors.ended_dates(found, now)]
    published = found.state_at(now) == PublicationState.PUBLISHED
    bookable = published and any(each.can_be_booked for each in shown)
    keys = [topic.pk for topic in topics]
    return {
        "event": found,
        "picture_title": found.title,
        "ahead": shown,
        "behind": behind,
        "audiences": labels(found, "audiences"),
        "languages": labels(found, "languages"),
        "access": labels(found, "access"),
        "book_path": booking_path(found.slug) if bookable else "",
        "topics": topics,
        "shelves": related_cards(request, keys, now=now, without=["event"]) if keys else [],
        "data": event_data(request, found, shown, topics),
        "preview": is_unpublished_preview(request, found, now),
        "key": f"?{PREVIEW_PARAMETER}={found.preview_key}" if is_preview(request, found) else "",
        **language_context(found),
        **_feed(request),
    }


def series_key(series: Series | None) -> str:
    """What a series is called in addresses: "2026-autumn"."""
    return f"{series.year}-{series.season}" if series else OTHER


def _month(shown: PresentedDate) -> str:
    return month_of(shown.date.starts_at)


def _page(number: str) -> int:
    whole = number.isascii() and number.isdigit() and len(number) < 4
    return min(max(1, int(number)), selectors.MOST_PAST_PAGES) if whole else 1


def _feed(request: HttpRequest) -> dict[str, str]:
    """The address of the calendar, and the one that opens a program for calendars."""
    address = build_absolute_url(request, f"{reverse('events-ics')}?lang={get_language()}")
    return {"feed": address, "subscribe": f"webcal://{address.partition('://')[2]}"}
