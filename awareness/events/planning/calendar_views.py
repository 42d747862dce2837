"""Where coordinators begin: what waits for them, and the calendar of a month."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from awareness.events.models.event import FIRST_YEAR, LAST_YEAR
from awareness.events.planning.months import month_of, read_month, weeks_of
from awareness.events.planning.pages import look_at, page_for, show
from awareness.events.planning.selectors import dates_between, overview, shown

VIEW_BOOKINGS, VIEW_DATES = "events.view_booking", "events.view_eventdate"


@page_for(VIEW_BOOKINGS, VIEW_DATES)
@look_at
def start(request: HttpRequest) -> HttpResponse:
    """Next dates, dates without a report, offers without an answer, schools that letters do not reach."""
    now = timezone.now()
    return show(request, "staff/events/overview.html", _("Events"), overview=overview(now), now=now)


@page_for(VIEW_DATES)
@look_at
def calendar(request: HttpRequest) -> HttpResponse:
    """One month; this one where none is asked for, or none that exists."""
    now = timezone.now()
    present = month_of(now)
    month = read_month(request.GET.get("month", "")) or present
    following = month.plus(1)
    dates = shown(dates_between(month.starts_at, following.starts_at), now)
    return show(
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
