"""Rows of the exports of dates and bookings."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from awareness.events.models import Booking, ClosingReport, EventDate
from awareness.events.models.closing_report import SCORES
from awareness.events.staff.report_services import GROUPS
from awareness.events.staff.selectors import DateCounts, booking_counts
from awareness.events.staff.statistics import group_names
from clicksafely.common.places import town_name

Row = tuple[object, ...]


def export_bookings(rows: "QuerySet[Booking]") -> Iterator[Row]:
    """Yield a header row and a row for each booking."""
    yield (
        *(_("event"), _("begins"), pgettext("event", "town"), _("place"), _("school"), _("kind of school")),
        *(_("town of the school"), _("grade"), _("places"), _("state"), _("requested"), _("e-mails returned since")),
    )
    for booking in rows.select_related("date__event").iterator():
        date = booking.date
        yield (
            *(date.event, date.starts_at, town_name(date.town), date.place),
            *(booking.school, booking.get_school_kind_display(), town_name(booking.town), booking.grade),
            *(booking.size, booking.get_state_display(), booking.booked_at, booking.unreachable_at),
        )


def export_dates(rows: "QuerySet[EventDate]") -> Iterator[Row]:
    """A header row and a row for each date with booking counts and report figures."""
    scores = range(1, SCORES + 1)
    yield (
        *(_("event"), _("kind"), _("series"), _("begins"), _("ends"), _("town"), _("place"), _("street and number")),
        *(_("places"), _("taken"), _("state"), _("classes booked"), _("classes waiting"), _("classes attended")),
        *(_("total participants"), *group_names()),
        *(_("before: answer %(score)d") % {"score": score} for score in scores),
        *(_("after: answer %(score)d") % {"score": score} for score in scores),
    )
    found: list[EventDate] = list(rows.select_related("event__series", "report"))
    counts = booking_counts(found)
    for date in found:
        number = counts.get(date.pk, DateCounts())
        event, report = date.event, getattr(date, "report", None)
        yield (
            *(event, event.get_kind_display(), event.series or "", date.starts_at, date.ends_at),
            *(town_name(date.town), date.place, date.address, date.capacity, date.taken, date.get_state_display()),
            *(number.booked, number.waiting, number.attended),
            *_figures(report),
        )


def _figures(report: ClosingReport | None) -> Iterator[Any]:
    for name in ("participants", *GROUPS):
        yield getattr(report, name, None)
    for name in ("before", "after"):
        yield from getattr(report, name, None) or [None] * SCORES
