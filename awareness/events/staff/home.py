"""Events on the home page of the staff site: counts, and a plot of bookings by town."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from awareness.events.enums import OPEN_STATES, BookingState, DateState, VisitState
from awareness.events.models import Booking, EventDate, VisitRequest
from awareness.events.staff.selectors import dates_without_report
from clicksafely.accounts.models import User
from clicksafely.common.places import town_name, town_order
from clicksafely.common.staff.home import (
    COUNT_CAP,
    WEEK,
    HomeArea,
    HomeCount,
    HomePlot,
    PlotRow,
    register_counts,
    register_plots,
)

VIEW_BOOKING: Final = "events.view_booking"
VIEW_VISIT: Final = "events.view_visitrequest"
MAX_TOWNS: Final = 12


def register() -> None:
    """Add the counts and the plot to the home page."""
    register_counts(HomeArea.WAITING, VIEW_BOOKING, bookings_waiting)
    register_counts(HomeArea.WAITING, VIEW_VISIT, unanswered_visits)
    register_counts(HomeArea.DUE, VIEW_BOOKING, dates_due)
    register_counts(HomeArea.FAILED, VIEW_BOOKING, failures)
    register_plots(VIEW_BOOKING, town_plots)


def bookings_waiting(user: User, now: datetime) -> Iterable[HomeCount]:
    """Dates without a closing report, and bookings on a waiting list."""
    yield HomeCount(
        _("Dates without a report"), _capped(dates_without_report(now)), f"{_list('eventdate')}?state=waits"
    )
    waiting = Booking.objects.filter(state=BookingState.WAITING)
    yield HomeCount(_("Bookings on a waiting list"), _capped(waiting), f"{_list('booking')}?state=waiting")


def unanswered_visits(user: User, now: datetime) -> Iterable[HomeCount]:
    """Requests for a visit that are not answered."""
    unanswered = VisitRequest.objects.filter(state=VisitState.NEW)
    yield HomeCount(_("Unanswered requests for a visit"), _capped(unanswered), f"{_list('visitrequest')}?state=new")


def dates_due(user: User, now: datetime) -> Iterable[HomeCount]:
    """Dates of the next seven days, and offers of places that end in them."""
    ahead = EventDate.objects.filter(state=DateState.PLANNED, starts_at__gt=now, starts_at__lte=now + WEEK)
    yield HomeCount(_("Dates of events"), _capped(ahead), f"{_list('eventdate')}?state=ahead")
    offers = Booking.objects.filter(state=BookingState.OFFERED, offered_until__lte=now + WEEK)
    yield HomeCount(_("Offered places without an answer"), _capped(offers), f"{_list('booking')}?state=offered")


def failures(user: User, now: datetime) -> Iterable[HomeCount]:
    """Open bookings whose e-mails return."""
    returned = Booking.objects.filter(unreachable_at__isnull=False, state__in=OPEN_STATES)
    yield HomeCount(_("Schools that e-mails do not reach"), _capped(returned), f"{_list('booking')}?unreachable=open")


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
