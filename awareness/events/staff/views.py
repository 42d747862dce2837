"""Where coordinators begin: what waits for them, and the calendar of a month."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from awareness.events.models import Event
from awareness.events.models.event import FIRST_YEAR, LAST_YEAR
from awareness.events.staff.month_calendar import month_of, read_month, weeks_of
from awareness.events.staff.selectors import date_rows, dates_between, overview
from awareness.events.staff.shortcuts import look_at, render_staff_page, staff_page
from awareness.events.staff.statistics import figures_of_event, group_names
from clicksafely.common.permissions import role_permission_required

VIEW_BOOKINGS, VIEW_DATES = "events.view_booking", "events.view_eventdate"


@staff_page(VIEW_BOOKINGS, VIEW_DATES)
@look_at
def overview_page(request: HttpRequest) -> HttpResponse:
    """Next dates, dates without a report, offers without an answer, schools that letters do not reach."""
    now = timezone.now()
    return render_staff_page(request, "staff/events/overview.html", _("Events"), overview=overview(now), now=now)


@staff_page(VIEW_DATES)
@look_at
def calendar(request: HttpRequest) -> HttpResponse:
    """One month; this one where none is asked for, or none that exists."""
    now = timezone.now()
    present = month_of(now)
    month = read_month(request.GET.get("month", "")) or present
    following = month.plus(1)
    dates = date_rows(dates_between(month.starts_at, following.starts_at), now)
    return render_staff_page(
        request,
        "staff/events/calendar.html",
        _("Calendar"),
        month=month,
        weeks=weeks_of(month, dates, now),
        number=len(dates),
        before=month.plus(-1) if month.plus(-1).year >= FIRST_YEAR else None,
        after=following if following.year <= LAST_YEAR else None,
        present=None if month == present else present,
    )


@role_permission_required("events.view_closingreport")
@require_safe
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """Who took part, date by date and together."""
    event = get_object_or_404(Event, pk=pk)
    found = figures_of_event(event, timezone.now())
    title = _("Figures: %(name)s") % {"name": event}
    return render_staff_page(
        request, "staff/events/event_statistics.html", title, event=event, figures=found, groups=group_names()
    )
