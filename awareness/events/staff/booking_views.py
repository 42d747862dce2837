"""The page of one booking: what is known, its letters, who booked where that is opened, and what can be done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from awareness.events.bookings import services as bookings
from awareness.events.bookings.exceptions import BookingError
from awareness.events.enums import OPEN_STATES, STATES_HOLDING_PLACES
from awareness.events.models import Booking, ClosingReport
from awareness.events.staff.date_views import render_date
from awareness.events.staff.report_services import STATES_WITH_ATTENDANCE
from awareness.events.staff.shortcuts import (
    current_user,
    get_booking_or_404,
    get_date_or_404,
    look_at,
    redirect_to_date,
    render_staff_page,
    staff_page,
)
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.permissions import has_role_permission

VIEW, CHANGE = "events.view_booking", "events.change_booking"


@staff_page(VIEW)
@look_at
def booking(request: HttpRequest, booking_id: int) -> HttpResponse:
    """What is known of it without opening who booked."""
    return show_booking(request, get_booking_or_404(booking_id))


@staff_page(CHANGE)
def open_contact(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Who booked, for this one answer; written down."""
    found = get_booking_or_404(booking_id)
    if request.method != "POST":
        return _to(found)
    try:
        contact = bookings.open_contact(booking=found, actor=current_user(request), now=timezone.now())
    except BookingError as error:
        return show_booking(request, found, refusal=str(error))
    except SealError:
        return show_booking(request, found, refusal=contact_unavailable())
    return show_booking(request, found, contact=contact)


@staff_page(CHANGE)
def cancel(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Take its places back; the school is told."""
    found = get_booking_or_404(booking_id)
    if request.method != "POST":
        return _to(found)
    try:
        bookings.cancel_booking_by_staff(booking=found, actor=current_user(request), now=timezone.now())
    except BookingError as error:
        return show_booking(request, get_booking_or_404(booking_id), refusal=str(error))
    messages.success(
        request, _("The booking is called off, and the school is told. Whoever waits is offered the places.")
    )
    return _to(found)


@staff_page(CHANGE)
def resend(request: HttpRequest, booking_id: int) -> HttpResponse:
    """The letter that says how the booking stands, once more."""
    found = get_booking_or_404(booking_id)
    if request.method != "POST":
        return _to(found)
    try:
        bookings.resend_email(booking=found, actor=current_user(request), now=timezone.now())
    except BookingError as error:
        return show_booking(request, get_booking_or_404(booking_id), refusal=str(error))
    messages.success(request, _("The letter is on its way once more."))
    return _to(found)


def contact_unavailable() -> str:
    """Where the keys are not."""
    return _("This cannot be opened here: the key or the file is missing. Tell whoever runs the system.")


def show_booking(request: HttpRequest, found: Booking, *, contact: object = None, refusal: str = "") -> HttpResponse:
    """The page of a booking, with who booked where that was opened."""
    return render_staff_page(
        request,
        "staff/events/booking.html",
        found.school,
        status=422 if refusal else 200,
        booking=found,
        wishes=found.wishes.select_related("date").exclude(date=found.date),
        letters=found.letters.order_by("-due_at", "-id"),
        is_open=found.state in OPEN_STATES,
        contact=contact,
        refusal=refusal,
    )


def _to(found: Booking) -> HttpResponse:
    return redirect("admin:events-booking", found.pk)


# Who is on the list: whoever holds places, and, once it is over, whoever came or did not.
LISTED = STATES_HOLDING_PLACES | STATES_WITH_ATTENDANCE
# Empty lines for whoever comes without having booked.
EMPTY_LINES = 4


@staff_page(VIEW)
def day_list(request: HttpRequest, date_id: int) -> HttpResponse:
    """Schools with a place to sign; asked for by a button, also whom to call. That is written down once for the whole list."""
    date = get_date_or_404(date_id)
    listed = list(Booking.objects.filter(date=date, state__in=LISTED).order_by("school", "id"))
    refusal, with_contacts = "", request.method == "POST"
    contacts = {}
    if with_contacts:
        if not has_role_permission(request.user, CHANGE):
            return render_date(request, date, refusal=_("You may not open who booked."))
        try:
            contacts = bookings.open_contacts(date=date, actor=current_user(request), now=timezone.now())
        except SealError:
            refusal, with_contacts = contact_unavailable(), False
    return render_staff_page(
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


@staff_page(CHANGE)
def attendance(request: HttpRequest, date_id: int) -> HttpResponse:
    """Who of those who had booked came; can be put right until the date is closed, then in its report."""
    date = get_date_or_404(date_id)
    if request.method != "POST":
        return redirect_to_date(date)
    if ClosingReport.objects.filter(date=date).exists():
        return render_date(request, date, refusal=_("This date is closed: correct in its report who came."))
    ticked = set(request.POST.getlist("came"))
    asked = Booking.objects.filter(date=date, state__in=STATES_WITH_ATTENDANCE).values_list("pk", flat=True)
    try:
        bookings.record_attendance(
            date=date, came={pk: str(pk) in ticked for pk in asked}, actor=current_user(request), now=timezone.now()
        )
    except BookingError as error:
        return render_date(request, get_date_or_404(date_id), refusal=str(error))
    messages.success(request, _("It is noted who came."))
    return redirect_to_date(date)
