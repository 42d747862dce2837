"""On the day: the list to print, with who booked where that is asked for, and who came."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from awareness.events.bookings import services as bookings
from awareness.events.bookings.errors import BookingError
from awareness.events.models import Booking, ClosingReport
from awareness.events.planning.booking_views import cannot_open
from awareness.events.planning.closing import ASKED
from awareness.events.planning.date_views import show_date
from awareness.events.planning.pages import acting, page_for, show, the_date, to_date
from awareness.events.states import HOLDING
from clicksafely.common.permissions import has_duty
from clicksafely.common.sealing import SealError

VIEW, CHANGE = "events.view_booking", "events.change_booking"
# Who is on the list: whoever holds places, and, once it is over, whoever came or did not.
LISTED = HOLDING | ASKED
# Empty lines for whoever comes without having booked.
EMPTY_LINES = 4


@page_for(VIEW)
def day_list(request: HttpRequest, date_id: int) -> HttpResponse:
    """Schools with a place to sign; asked for by a button, also whom to call. That is written down once for the whole list."""
    date = the_date(date_id)
    listed = list(Booking.objects.filter(date=date, state__in=LISTED).order_by("school", "id"))
    refusal, with_contacts = "", request.method == "POST"
    contacts = {}
    if with_contacts:
        if not has_duty(request.user, CHANGE):
            return show_date(request, date, refusal=_("You may not open who booked."))
        try:
            contacts = bookings.open_contacts(date=date, actor=acting(request), now=timezone.now())
        except SealError:
            refusal, with_contacts = cannot_open(), False
    return show(
        request,
        "staff/events/dates/list.html",
        _("List: %(date)s") % {"date": date},
        status=422 if refusal else 200,
        date=date,
        rows=[(booking, contacts.get(booking.pk)) for booking in listed],
        places=sum(booking.size for booking in listed),
        with_contacts=with_contacts,
        empty_lines=range(len(listed) + 1, len(listed) + 1 + EMPTY_LINES),
        refusal=refusal,
    )


@page_for(CHANGE)
def attendance(request: HttpRequest, date_id: int) -> HttpResponse:
    """Who of those who had booked came; can be put right until the date is closed, then in its report."""
    date = the_date(date_id)
    if request.method != "POST":
        return to_date(date)
    if ClosingReport.objects.filter(date=date).exists():
        return show_date(request, date, refusal=_("This date is closed: correct in its report who came."))
    ticked = set(request.POST.getlist("came"))
    asked = Booking.objects.filter(date=date, state__in=ASKED).values_list("pk", flat=True)
    try:
        bookings.settle_attendance(
            date=date, came={pk: str(pk) in ticked for pk in asked}, actor=acting(request), now=timezone.now()
        )
    except BookingError as error:
        return show_date(request, the_date(date_id), refusal=str(error))
    messages.success(request, _("It is noted who came."))
    return to_date(date)
