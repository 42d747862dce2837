"""Counts of events on the staff home page and in the menu, and a plot of bookings by town."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.events.enums import OPEN_STATES, BookingState, DateState, VisitState
from awareness.events.models import Booking, EventDate, VisitRequest
from awareness.events.staff.selectors import dates_without_report
from clicksafely.accounts.models import User
from clicksafely.common.places import town_name, town_order
from clicksafely.common.staff.home import (
    COUNT_CAP,
    WEEK,
    HomeCount,
    HomePlot,
    PlotRow,
    register_counts,
    register_plots,
)
from clicksafely.common.staff.waiting import EntryCount, HomeArea, register_entry_counts, register_waiting

VIEW_BOOKING: Final = "events.view_booking"
MAX_TOWNS: Final = 12


def register() -> None:
    """Add the counts to the menu and the home page, and the plot to the home page."""
    register_waiting(
        "events.EventDate",
        lambda user: _capped(dates_without_report(timezone.now())),
        label=gettext_lazy("Dates without a report"),
        query="?state=waits",
    )
    register_entry_counts("events.Booking", count_bookings)
    register_waiting(
        "events.VisitRequest",
        lambda user: _capped(VisitRequest.objects.filter(state=VisitState.NEW)),
        label=gettext_lazy("Unanswered requests for a visit"),
        query="?state=new",
    )
    register_counts(HomeArea.DUE, VIEW_BOOKING, dates_due)
    register_plots(VIEW_BOOKING, town_plots)


def count_bookings(user: User) -> Sequence[EntryCount]:
    """Bookings on a waiting list, and open bookings whose e-mails return. One query."""
    waiting = Booking.objects.filter(state=BookingState.WAITING).order_by()
    returned = Booking.objects.filter(unreachable_at__isnull=False, state__in=OPEN_STATES).order_by()
    numbers: Counter[str] = Counter(
        waiting.values_list(Value("waiting"), flat=True)[:COUNT_CAP]
        .union(returned.values_list(Value("returned"), flat=True)[:COUNT_CAP], all=True)
        .order_by()
    )
    return (
        EntryCount(numbers["waiting"], _("Bookings on a waiting list"), "?state=waiting"),
        EntryCount(numbers["returned"], _("Schools that e-mails do not reach"), "?unreachable=open", HomeArea.FAILED),
    )


def dates_due(user: User, now: datetime) -> Iterable[HomeCount]:
    """Dates of the next seven days, and offers of places that end in them."""
    ahead = EventDate.objects.filter(state=DateState.PLANNED, starts_at__gt=now, starts_at__lte=now + WEEK)
    yield HomeCount(_("Dates of events"), _capped(ahead), f"{_list('eventdate')}?state=ahead")
    offers = Booking.objects.filter(state=BookingState.OFFERED, offered_until__lte=now + WEEK)
    yield HomeCount(_("Offered places without an answer"), _capped(offers), f"{_list('booking')}?state=offered")


def town_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Confirmed bookings by the school's town, the most first. One query."""
    booked: Any = Booking.objects.filter(state=BookingState.BOOKED).order_by().values_list("town")
    towns = sorted(booked.annotate(number=Count("pk")), key=lambda each: (-each[1], town_order(each[0])))
    url = f"{_list('booking')}?state=booked"
    left_out = len(towns) - MAX_TOWNS
    yield HomePlot(
        "bookings-town",
        _("Bookings by town of the school"),
        [PlotRow(town_name(code), number, f"{url}&town={code}") for code, number in towns[:MAX_TOWNS]],
        url,
        note=_("Towns that are not shown: %(n)s.") % {"n": left_out} if left_out > 0 else "",
        unit=_("bookings"),
    )


def _capped(rows: "QuerySet[Any]") -> int:
    return rows.order_by()[:COUNT_CAP].count()


def _list(model: str) -> str:
    return reverse(f"admin:events_{model}_changelist")
