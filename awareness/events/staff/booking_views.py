"""Staff pages of a booking, attendance list and attendance record."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.events.bookings import services as bookings
from awareness.events.bookings.sealed_contact import Contact
from awareness.events.enums import OPEN_STATES, STATES_HOLDING_PLACES, BookingState
from awareness.events.models import Booking, ClosingReport, EventDate
from awareness.events.staff.date_views import DateDetail, DatePage, warn_without_mail_server
from awareness.events.staff.report_services import STATES_WITH_ATTENDANCE
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.exceptions import CANNOT_DECRYPT, ActionRefused
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.serbian.alphabet import PageOrder
from clicksafely.common.staff.pages import ActionPage, DetailPage

VIEW, CHANGE = "events.view_booking", "events.change_booking"


class BookingDetail(DetailPage[Booking]):
    """The booking without decrypted contact details."""

    permissions = (VIEW,)
    template_name = "staff/events/booking.html"

    def get_object(self) -> Booking:
        return get_object_or_404(Booking.objects.select_related("date__event"), pk=self.kwargs["booking_id"])

    def get_url(self) -> str:
        return reverse("admin:events-booking", args=[self.object.pk])

    def get_title(self) -> str:
        return self.object.school

    def get_context(self) -> dict[str, Any]:
        return {
            "booking": self.object,
            "wishes": self.object.wishes.select_related("date").exclude(date=self.object.date),
            "letters": self.object.letters.order_by("-id"),
            "is_open": self.object.state in OPEN_STATES,
            "is_offered": self.object.state == BookingState.OFFERED,
            "is_waiting": self.object.state == BookingState.WAITING,
        }


class OpenContact(ActionPage[Booking], BookingDetail):
    """Show the decrypted contact details in this response only; audited."""

    permissions = (CHANGE,)

    def perform(self) -> HttpResponse:
        return self.render(contact=bookings.open_contact(booking=self.object, actor=self.user, now=self.now))


class AcceptOffer(ActionPage[Booking], BookingDetail):
    """Accept the offered places for a school that answered by telephone."""

    permissions = (CHANGE,)
    success_message = gettext_lazy("The places are booked. An e-mail to the school is queued.")

    def perform(self) -> None:
        bookings.accept_offer(booking=self.object, actor=self.user, now=self.now)
        warn_without_mail_server(self.request)


class CancelBooking(ActionPage[Booking], BookingDetail):
    """Cancel the booking and notify the school."""

    permissions = (CHANGE,)
    success_message = gettext_lazy(
        "The booking is cancelled. An e-mail to the school is queued, and the places are offered to the waiting list."
    )

    def perform(self) -> None:
        bookings.cancel_booking_by_staff(booking=self.object, actor=self.user, now=self.now)
        warn_without_mail_server(self.request)


class ResendEmail(ActionPage[Booking], BookingDetail):
    """Send the e-mail about the booking's state again."""

    permissions = (CHANGE,)
    success_message = gettext_lazy("The e-mail is queued again.")

    def perform(self) -> None:
        bookings.resend_email(booking=self.object, actor=self.user, now=self.now)
        warn_without_mail_server(self.request)


# Bookings on the attendance list.
LISTED = STATES_HOLDING_PLACES | STATES_WITH_ATTENDANCE
# Empty lines for classes without a booking.
EMPTY_LINES = 4


class AttendanceList(DatePage, DetailPage[EventDate]):
    """Attendance list to print. POST adds contact details and is audited once for the whole list."""

    permissions = (VIEW,)
    template_name = "staff/events/dates/list.html"
    # By booking id, once decrypted.
    contacts: Mapping[int, Contact] | None = None

    def get_title(self) -> str:
        return _("List: %(date)s") % {"date": super().get_title()}

    def get_context(self) -> dict[str, Any]:
        listed = list(Booking.objects.filter(date=self.object, state__in=LISTED).order_by(PageOrder("school"), "id"))
        return {
            **super().get_context(),
            "date": self.object,
            "rows": [(booking, (self.contacts or {}).get(booking.pk)) for booking in listed],
            "with_contacts": self.contacts is not None,
            "places": sum(booking.size for booking in listed),
            "empty_lines": range(len(listed) + 1, len(listed) + 1 + EMPTY_LINES),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not has_role_permission(self.user, CHANGE):
            return self.render(status=422, refusal=_("You do not have permission to view contact details."))
        try:
            self.contacts = bookings.open_contacts(date=self.object, actor=self.user, now=self.now)
        except SealError:
            return self.render(status=422, refusal=CANNOT_DECRYPT)
        return self.render()


class RecordAttendance(ActionPage[EventDate], DateDetail):
    """Record attendance. After closing, it can be corrected only in the report."""

    permissions = (CHANGE,)
    success_message = gettext_lazy("Attendance is saved.")

    def perform(self) -> None:
        if ClosingReport.objects.filter(date=self.object).exists():
            raise ActionRefused(_("This date is closed. Correct the attendance in its report."))
        ticked = set(self.request.POST.getlist("attended"))
        relevant_bookings = Booking.objects.filter(date=self.object, state__in=STATES_WITH_ATTENDANCE)
        attended = {pk: str(pk) in ticked for pk in relevant_bookings.values_list("pk", flat=True)}
        bookings.record_attendance(date=self.object, attended=attended, actor=self.user, now=self.now)
