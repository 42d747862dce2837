"""Queries of events and dates for public pages."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from awareness.events.enums import DateState
from awareness.events.models import Event, EventDate, Series
from awareness.topics.models import Topic
from clicksafely.common.page_cache.list_cache import TimedListCache

# Upper bound of a date's duration; limits the index range for current dates.
MAX_DURATION: Final = timedelta(days=7)
# Limit of the list, its filters and its map.
MAX_UPCOMING_EVENTS: Final = 2000
# Limits per event.
MAX_UPCOMING, MAX_BEHIND = 60, 12
# Range and limit of the calendar feed.
BACK: Final = timedelta(days=92)
MAX_FEED_ENTRIES: Final = 1000
PAST_A_PAGE: Final = 30
MAX_PAST_PAGES: Final = 100


class UpcomingDate(NamedTuple):
    """Filterable columns of a future or current date."""

    pk: int
    starts_at: datetime
    ends_at: datetime
    town: str
    kind: str
    audiences: Sequence[str]
    bookable: bool
    closes_days: int


def dates_of_visible_events(now: datetime) -> Q:
    """Condition for dates of events visible at `now`."""
    return Q(event__published_at__lte=now) & (Q(event__withdrawn_at=None) | Q(event__withdrawn_at__gt=now))


def upcoming(now: datetime) -> "QuerySet[EventDate]":
    """Dates of visible events that have not ended, by start, including cancelled ones."""
    found = EventDate.objects.filter(dates_of_visible_events(now), starts_at__gt=now - MAX_DURATION, ends_at__gt=now)
    return found.order_by("starts_at", "id")


def moments(dates: Iterable[UpcomingDate | EventDate]) -> Iterable[datetime]:
    """Times at which the display of these dates changes: start, end and end of booking."""
    for date in dates:
        event = date if isinstance(date, UpcomingDate) else date.event
        yield from (date.starts_at, date.ends_at)
        if event.bookable:
            yield date.starts_at - timedelta(days=event.closes_days)


def next_moment(dates: Iterable[UpcomingDate | EventDate], now: datetime) -> datetime | None:
    """Return the first such time after `now`."""
    return min((moment for moment in moments(dates) if moment > now), default=None)


def _coming_until_change(_key: None, now: datetime) -> tuple[list[UpcomingDate], datetime | None]:
    rows = upcoming(now).values_list(
        "pk", "starts_at", "ends_at", "town", "event__kind", "event__audiences", "event__bookable", "event__closes_days"
    )[:MAX_UPCOMING_EVENTS]
    coming = [UpcomingDate(*row) for row in rows]
    changes = (next_moment(coming, now), Event.objects.next_change(now))
    return coming, min(filter(None, changes), default=None)


# All future dates, before filtering; two queries.
cached_upcoming_dates = TimedListCache(_coming_until_change)


def dates_with_events(keys: Collection[int]) -> list[EventDate]:
    """Dates by id with event and series, by start; one query, none without keys."""
    if not keys:
        return []
    found = EventDate.objects.filter(pk__in=keys).select_related("event__series").order_by("starts_at", "id")
    return list(found.defer("event__description_sr", "event__description_en"))


def find_event(slug: str) -> Event | None:
    """Return an event with series and topics, whether published or not; two queries."""
    found = Event.objects.filter(slug=slug).select_related("series")
    return found.prefetch_related(Prefetch("topics", Topic.objects.order_by("order", "pk"))).first()


def upcoming_dates(event: Event, now: datetime) -> list[EventDate]:
    """Dates of an event that have not ended, by start; one query."""
    found = EventDate.objects.filter(event=event, ends_at__gt=now).order_by("starts_at", "id")[:MAX_UPCOMING]
    return _of(event, found)


def ended_dates(event: Event, now: datetime) -> list[EventDate]:
    """Past dates of an event with their reports, the latest first; one query."""
    found = EventDate.objects.filter(event=event, ends_at__lte=now, state=DateState.PLANNED).select_related("report")
    return _of(event, found.order_by("-starts_at", "-id")[:MAX_BEHIND])


def _of(event: Event, dates: "QuerySet[EventDate]") -> list[EventDate]:
    found = list(dates)
    for date in found:
        date.event = event
    return found


def find_date(slug: str, uuid: UUID) -> EventDate | None:
    """Return a date with its event, whether published or not; one query."""
    return EventDate.objects.filter(uuid=uuid, event__slug=slug).select_related("event").first()


def dates_for_feed(now: datetime) -> list[EventDate]:
    """Dates since BACK with their events, by start; one query."""
    found = EventDate.objects.filter(dates_of_visible_events(now), starts_at__gt=now - BACK).select_related("event")
    found = found.defer("event__description_sr", "event__description_en")
    return list(found.order_by("starts_at", "id")[:MAX_FEED_ENTRIES])


def past_series(now: datetime) -> list[Series]:
    """Series with past dates, the newest first; one query."""
    held = _over(now).filter(event__series=OuterRef("pk"))
    return list(Series.objects.filter(Exists(held)))


def has_past_dates_without_series(now: datetime) -> bool:
    """Return whether events without a series have past dates; one query."""
    return _over(now).filter(event__series=None).exists()


def past_dates(series: Series | None, now: datetime, number: int) -> tuple[list[EventDate], bool]:
    """Page `number` (from 1) of past dates of a series with events and reports, and whether more exist; one query."""
    found = _over(now).filter(event__series=series).select_related("event", "report")
    found = found.defer("event__description_sr", "event__description_en").order_by("-starts_at", "-id")
    start = (number - 1) * PAST_A_PAGE
    rows = list(found[start : start + PAST_A_PAGE + 1])
    return rows[:PAST_A_PAGE], len(rows) > PAST_A_PAGE


def next_end(now: datetime) -> datetime | None:
    """Return the next end of a date or change of publication; two queries, three index probes."""
    ends = EventDate.objects.filter(ends_at__gt=now).order_by("ends_at").values_list("ends_at", flat=True)
    return min(filter(None, (Event.objects.next_change(now), ends.first())), default=None)


def _over(now: datetime) -> "QuerySet[EventDate]":
    return EventDate.objects.filter(dates_of_visible_events(now), ends_at__lte=now, state=DateState.PLANNED)


def next_events(now: datetime, most: int, topics: Collection[int] | None = None) -> list[EventDate]:
    """Return the next planned date of each event, optionally on any of `topics`, by start; one query."""
    found = EventDate.objects.filter(dates_of_visible_events(now), starts_at__gt=now, state=DateState.PLANNED)
    if topics is not None:
        found = found.filter(event__in=Event.topics.through.objects.filter(topic_id__in=topics).values("event_id"))
    first: dict[int, EventDate] = {}
    # Room for events with a dozen dates each.
    for date in found.select_related("event").order_by("starts_at", "id")[: most * 12]:
        first.setdefault(date.event_id, date)
    return list(first.values())[:most]


def next_dates(events: Collection[Event], now: datetime) -> dict[int, EventDate]:
    """Return the next planned date of each event, by event id; one query."""
    ahead = EventDate.objects.filter(event__in=events, starts_at__gt=now, state=DateState.PLANNED)
    return {date.event_id: date for date in ahead.order_by("event_id", "starts_at", "id").distinct("event_id")}


def next_change(now: datetime) -> datetime | None:
    """Return the next change of event cards: publication or start of a date; two queries, three index probes."""
    begins = EventDate.objects.filter(starts_at__gt=now).order_by("starts_at").values_list("starts_at", flat=True)
    return min(filter(None, (Event.objects.next_change(now), begins.first())), default=None)
