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
from awareness.events.public.filters import PARAMETERS, month_of, month_words, narrow
from awareness.events.public.presenters import ShownDate, booking_path, dots_of, show_date
from awareness.events.public.structured_data import event_data, labels
from awareness.publishing.models import PublicationState
from awareness.publishing.related_content import shelves_about
from awareness.publishing.shortcuts import (
    PREVIEW,
    check_shown,
    is_preview,
    is_unpublished_preview,
    led_on,
    said_in,
    unstored_previews,
)
from awareness.topics.models import Topic
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.decorators import changes_at
from clicksafely.common.page_cache.wsgi import public_page
from clicksafely.common.templatetags.page_metadata import absolute

# In an address: dates of events that belong to no series.
OTHER = "other"


@read_only
@public_page(params=PARAMETERS)
def events(request: HttpRequest) -> HttpResponse:
    """What is to come, month by month, as the address narrows it down. What makes no sense in the address is left out, and the page says so."""
    now = timezone.now()
    coming = selectors.known_coming.at(request, None, now)
    changes_at(request, coming.until)
    narrowed = narrow(coming.items, request.GET)
    shown = [show_date(date, now) for date in selectors.dates_with_events(narrowed.keys)]
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
    changes_at(request, selectors.next_over(now))
    all_series: list[Series | None] = [*selectors.past_series(now)]
    if selectors.without_series(now):
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
        "shown": [show_date(date, now, report=True) for date in dates],
        "number": number,
        "nonsense": bool(wanted) and wanted not in keys,
        "earlier": f"{path}?{urlencode({'series': chosen, 'page': str(number - 1)})}" if number > 1 else "",
        "later": f"{path}?{urlencode({'series': chosen, 'page': str(number + 1)})}" if more else "",
    }
    return render(request, "public/events/past_dates.html", context)


@read_only
@unstored_previews
@public_page()
def event(request: HttpRequest, *, slug: str) -> HttpResponse:
    """One event with its dates, and what else there is on its topics."""
    now = timezone.now()
    found = selectors.find_event(slug)
    if found is None and (answer := led_on(request, Event, slug)):
        return answer
    check_shown(request, found, now)
    assert found is not None  # noqa: S101 - or it were not shown
    return render(request, "public/events/event.html", _page_of(request, found, now))


def _page_of(request: HttpRequest, found: Event, now: datetime) -> dict[str, Any]:
    ahead = selectors.dates_ahead(found, now)
    changes_at(request, selectors.next_moment(ahead, now))
    changes_at(request, Topic.objects.next_change(now))
    topics = [topic for topic in found.topics.all() if topic.state_at(now) == PublicationState.PUBLISHED]
    shown = [show_date(date, now) for date in ahead]
    behind = [show_date(date, now, report=True) for date in selectors.dates_behind(found, now)]
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
        "shelves": shelves_about(request, keys, now=now, without=["event"]) if keys else [],
        "data": event_data(request, found, shown, topics),
        "preview": is_unpublished_preview(request, found, now),
        "key": f"?{PREVIEW}={found.preview_key}" if is_preview(request, found) else "",
        **said_in(found),
        **_feed(request),
    }


def series_key(series: Series | None) -> str:
    """What a series is called in addresses: "2026-autumn"."""
    return f"{series.year}-{series.season}" if series else OTHER


def _month(shown: ShownDate) -> str:
    return month_of(shown.date.starts_at)


def _page(number: str) -> int:
    whole = number.isascii() and number.isdigit() and len(number) < 4
    return min(max(1, int(number)), selectors.MOST_PAST_PAGES) if whole else 1


def _feed(request: HttpRequest) -> dict[str, str]:
    """The address of the calendar, and the one that opens a program for calendars."""
    address = absolute(request, f"{reverse('events-ics')}?lang={get_language()}")
    return {"feed": address, "subscribe": f"webcal://{address.partition('://')[2]}"}
