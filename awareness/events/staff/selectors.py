"""Queries for organisers: dates with counts, months and open tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from awareness.events.enums import OPEN_STATES, BookingState, DateState
from awareness.events.models import Booking, ClosingReport, Event, EventDate
from clicksafely.common.serbian.alphabet import PageOrder

_S = BookingState
# Length of each list on the overview.
MAX_SHOWN = 10


@dataclass(frozen=True)
class DateCounts:
    """Numbers of bookings of a date by state, and the places requested on the waiting list."""

    booked: int = 0
    offered: int = 0
    waiting: int = 0
    waiting_places: int = 0
    attended: int = 0

    @property
    def open(self) -> int:
        """Schools to notify of a change."""
        return self.booked + self.offered + self.waiting


def booking_counts(dates: Iterable[EventDate]) -> dict[int, DateCounts]:
    """Counts by date id; one query. Dates without bookings are missing."""
    rows: Any = (
        Booking.objects.filter(date__in=[date.pk for date in dates])
        .order_by()
        .values("date_id")
        .annotate(
            booked=Count("id", filter=Q(state=_S.BOOKED)),
            offered=Count("id", filter=Q(state=_S.OFFERED)),
            waiting=Count("id", filter=Q(state=_S.WAITING)),
            waiting_places=Sum("size", filter=Q(state=_S.WAITING), default=0),
            attended=Count("id", filter=Q(state=_S.ATTENDED)),
        )
    )
    return {row["date_id"]: DateCounts(*(row[name] for name in COUNTED)) for row in rows}


COUNTED: Final = tuple(DateCounts.__dataclass_fields__)


@dataclass(frozen=True)
class DateRow:
    """A date with its booking counts and state for organisers."""

    date: EventDate
    counts: DateCounts
    closed: bool
    now: datetime

    @property
    def cancelled(self) -> bool:
        return self.date.state == DateState.CANCELLED

    @property
    def waits_for_report(self) -> bool:
        """Whether the date is over and has no report."""
        return not self.closed and not self.cancelled and self.date.ends_at <= self.now

    @property
    def ahead(self) -> bool:
        return self.date.starts_at > self.now


def date_rows(dates: "QuerySet[EventDate]", now: datetime) -> list[DateRow]:
    """Rows of these dates in the same order; two queries."""
    closing = ClosingReport.objects.filter(date=OuterRef("pk"))
    rows: list[Any] = list(dates.select_related("event").annotate(is_closed=Exists(closing)))
    counts = booking_counts(rows)
    return [DateRow(row, counts.get(row.pk, DateCounts()), row.is_closed, now) for row in rows]


def dates_between(starts: datetime, ends: datetime) -> "QuerySet[EventDate]":
    """Dates that begin in [`starts`, `ends`), by start."""
    return EventDate.objects.filter(starts_at__gte=starts, starts_at__lt=ends).order_by("starts_at", "id")


def dates_without_report(now: datetime) -> "QuerySet[EventDate]":
    """Dates that are over and have no report, the oldest first."""
    return EventDate.objects.filter(state=DateState.PLANNED, ends_at__lte=now, report=None).order_by("ends_at", "id")


@dataclass(frozen=True)
class Overview:
    """Open tasks of organisers. Lists hold at most MAX_SHOWN rows; counts are exact."""

    ahead: list[DateRow]
    to_close: list[DateRow]
    offers: list[Booking]
    unreachable: list[Booking]
    ahead_count: int
    to_close_count: int
    offers_count: int
    unreachable_count: int


def overview(now: datetime) -> Overview:
    """Next dates, dates without a report, unanswered offers and unreachable schools."""
    coming = EventDate.objects.filter(state=DateState.PLANNED, starts_at__gt=now).order_by("starts_at", "id")
    closing = dates_without_report(now)
    rows = Booking.objects.select_related("date__event")
    offers = rows.filter(state=_S.OFFERED).order_by("offered_until", "id")
    unreachable = unreachable_bookings(now).select_related("date__event").order_by("date__starts_at", "id")
    return Overview(
        date_rows(coming[:MAX_SHOWN], now),
        date_rows(closing[:MAX_SHOWN], now),
        list(offers[:MAX_SHOWN]),
        list(unreachable[:MAX_SHOWN]),
        coming.order_by().count(),
        closing.order_by().count(),
        offers.order_by().count(),
        unreachable.order_by().count(),
    )


def unreachable_bookings(now: datetime) -> "QuerySet[Booking]":
    """Open bookings of future dates whose e-mails bounce."""
    return Booking.objects.filter(unreachable_at__isnull=False, state__in=OPEN_STATES, date__starts_at__gt=now)


def bookings_of(date: EventDate) -> "QuerySet[Booking]":
    """Bookings of one date, by school."""
    return Booking.objects.filter(date=date).order_by(PageOrder("school"), "id")


def last_date_of(event: Event) -> EventDate | None:
    """Return the date added last."""
    return event.dates.order_by("-id").first()
