"""The page of one booking: what is known, its letters, who booked where that is opened, and what can be done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from awareness.events.bookings import services as bookings
from awareness.events.bookings.errors import BookingError
from awareness.events.models import Booking
from awareness.events.planning.pages import acting, look_at, page_for, show, the_booking
from awareness.events.states import OPEN
from clicksafely.common.sealing import SealError

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
