"""The page of one booking: what is known, its letters, who booked where that is opened, and what can be done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from awareness.events.bookings import services as bookings
from awareness.events.bookings.exceptions import BookingError
from awareness.events.enums import HOLDING, OPEN
from awareness.events.models import Booking, ClosingReport
from awareness.events.staff.date_views import show_date
from awareness.events.staff.report_services import ASKED
from awareness.events.staff.shortcuts import acting, look_at, page_for, show, the_booking, the_date, to_date
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.permissions import has_duty

VIEW, CHANGE = "events.view_booking", "events.change_booking"


@page_for(VIEW)
@look_at
def booking(request: HttpRequest, booking_id: int) -> HttpResponse:
    """What is known of it without opening who booked."""
    return show_booking(request, the_booking(booking_id))


@page_for(CHANGE)
def open_contact(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Who booked, for this one answer; written down."""
    found = the_booking(booking_id)
    if request.method != "POST":
        return _to(found)
    try:
        contact = bookings.open_contact(booking=found, actor=acting(request), now=timezone.now())
    except BookingError as error:
        return show_booking(request, found, refusal=str(error))
    except SealError:
        return show_booking(request, found, refusal=cannot_open())
    return show_booking(request, found, contact=contact)


@page_for(CHANGE)
def call_off(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Take its places back; the school is told."""
    found = the_booking(booking_id)
    if request.method != "POST":
        return _to(found)
    try:
        bookings.call_off_booking(booking=found, actor=acting(request), now=timezone.now())
    except BookingError as error:
        return show_booking(request, the_booking(booking_id), refusal=str(error))
    messages.success(
        request, _("The booking is called off, and the school is told. Whoever waits is offered the places.")
    )
    return _to(found)


@page_for(CHANGE)
def letter(request: HttpRequest, booking_id: int) -> HttpResponse:
    """The letter that says how the booking stands, once more."""
    found = the_booking(booking_id)
    if request.method != "POST":
        return _to(found)
    try:
        bookings.send_again(booking=found, actor=acting(request), now=timezone.now())
    except BookingError as error:
        return show_booking(request, the_booking(booking_id), refusal=str(error))
    messages.success(request, _("The letter is on its way once more."))
    return _to(found)


def cannot_open() -> str:
    """Where the keys are not."""
    return _("This cannot be opened here: the key or the file is missing. Tell whoever runs the system.")


def show_booking(request: HttpRequest, found: Booking, *, contact: object = None, refusal: str = "") -> HttpResponse:
    """The page of a booking, with who booked where that was opened."""
    return show(
        request,
        "staff/events/booking.html",
        found.school,
        status=422 if refusal else 200,
        booking=found,
        wishes=found.wishes.select_related("date").exclude(date=found.date),
        letters=found.letters.order_by("-due_at", "-id"),
        is_open=found.state in OPEN,
        contact=contact,
        refusal=refusal,
    )


def _to(found: Booking) -> HttpResponse:
    return redirect("admin:events-booking", found.pk)


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
