"""Management page of a booking, opened by its signed link."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View

from awareness.events.bookings import emails, labels, selectors, services
from awareness.events.bookings.exceptions import BookingClosed, BookingError, ClassTooLarge, NotEnoughPlaces
from awareness.events.bookings.facts import booking_facts, calendar_of
from awareness.events.bookings.forms import ChangeForm
from awareness.events.bookings.rules import accepts_bookings
from awareness.events.bookings.signed_links import uuid_from_token
from awareness.events.enums import OPEN_STATES, BookingState
from awareness.events.models import EventDate
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.ical import MEDIA_TYPE

ENDED: Final = frozenset({BookingState.CANCELLED, BookingState.CANCELLED_BY_STAFF, BookingState.EXPIRED})
# Success messages by the value of the parameter `done`.
DONE: Final[dict[str, Promise]] = {
    "accepted": _("The places are yours. We look forward to seeing you."),
    "changed": _("Your booking has been changed. We are sending you an e-mail with the new details."),
    "cancelled": _("The booking has been cancelled."),
}
_CHANGED_WITHOUT_MAIL: Final = _(
    "Your booking has been changed. We cannot send e-mail at the moment: this page shows the new details."
)
QUESTIONS: Final = frozenset({"cancel", "change", "erase"})


class SignedLinkView(CookielessFormMixin, View):
    """Base view that finds the booking of a link and sets `gone` if the link is invalid, erased or over."""

    form_purpose = "booking link"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the booking. Invalid links get status 404, erased and past bookings 410."""
        self.now = timezone.now()
        row = uuid_from_token(str(kwargs["token"]))
        booking = selectors.find_booking(row) if row else None
        if booking is None:
            self.gone = ("altered", 404)
        elif booking.erased_at:
            self.gone = ("erased", 410)
        elif booking.date.ends_at <= self.now:
            self.gone = ("over", 410)
        else:
            self.booking, self.gone = booking, ("", 0)
        return super().dispatch(request, *args, **kwargs)

    def render_gone(self) -> HttpResponse:
        """Return the page of an invalid or expired link."""
        why, status = self.gone
        return render(self.request, "public/events/bookings/link_expired.html", {"why": why}, status=status)


class ManageView(SignedLinkView):
    """Show, change, accept, cancel or erase a booking.

    GET requests change nothing, because mail programs prefetch links.
    """

    def get(self, request: HttpRequest, *, token: str) -> HttpResponse:
        """Show the booking. `?ask=` opens the change form or a confirmation."""
        if self.gone[0]:
            return self.render_gone()
        return self._show(ask=request.GET.get("ask", ""), done=request.GET.get("done", ""))

    def post(self, request: HttpRequest, *, token: str) -> HttpResponse:
        """Run the action named by `act`, then redirect to the page."""
        if self.gone[0]:
            return self.render_gone()
        act = _ACTS.get(request.POST.get("act", ""))
        if act is None:
            return self._show(status=422)
        try:
            return act(self)
        except BookingError as error:
            self.booking.refresh_from_db()
            self.booking.date.refresh_from_db()
            return self._show(refusal=error.message, status=409)

    def accept(self) -> HttpResponse:
        """Accept the offer."""
        services.accept_offer(booking=self.booking, now=self.now)
        return self._back("accepted")

    def cancel(self) -> HttpResponse:
        """Cancel the booking or decline the offer."""
        services.cancel_booking(booking=self.booking, now=self.now)
        return self._back("cancelled")

    def erase(self) -> HttpResponse:
        """Erase the contact details; the link then answers with status 410."""
        services.erase_booking(booking=self.booking, now=self.now)
        response = render(self.request, "public/events/bookings/link_expired.html", {"why": "just-erased"})
        return response

    def change(self) -> HttpResponse:
        """Change the booking; report obstacles at the field."""
        form = self._form(self.request.POST)
        if not form.is_valid():
            return self._show(ask="change", form=form, status=422)
        try:
            services.change_booking(booking=self.booking, change=form.change(), now=self.now)
        except (NotEnoughPlaces, ClassTooLarge) as error:
            form.add_error("size", error.message)
            return self._show(ask="change", form=form, status=409)
        except BookingClosed as error:
            if "first" not in form.fields or not accepts_bookings(self.booking.date, self.now):
                raise
            form.add_error("first", error.message)
            return self._show(ask="change", form=form, status=409)
        return self._back("changed")

    def _back(self, done: str) -> HttpResponse:
        return HttpResponse(status=303, headers={"Location": f"{self.request.path}?done={done}"})

    def _form(self, data: Any = None) -> ChangeForm:
        return ChangeForm(
            data, booking=self.booking, dates=self._choices(), wishes=selectors.wished_dates(self.booking)
        )

    def _choices(self) -> list[EventDate]:
        """Return the booking's own date and the other open dates, by start."""
        dates = {date.pk: date for date in selectors.open_dates(self.booking.date.event, self.now)}
        if accepts_bookings(self.booking.date, self.now):
            dates[self.booking.date_id] = self.booking.date
        return sorted(dates.values(), key=lambda date: (date.starts_at, date.pk))

    def _show(
        self,
        *,
        ask: str = "",
        done: str = "",
        form: ChangeForm | None = None,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        booking, date = self.booking, self.booking.date
        state = BookingState(booking.state)
        may_change = state in OPEN_STATES and accepts_bookings(date, self.now)
        may_cancel = state in OPEN_STATES and self.now < date.starts_at
        allowed = {"change": may_change, "cancel": may_cancel, "erase": state in ENDED}
        ask = ask if ask in QUESTIONS and allowed[ask] else ""
        can_mail = emails.can_send(self.now)
        message = _CHANGED_WITHOUT_MAIL if done == "changed" and not can_mail else DONE.get(done, "")
        if ask == "change" and form is None:
            form = self._form()
        context = {
            "facts": booking_facts(booking),
            "phrase": labels.state_text(state, can_mail=can_mail),
            "may_change": may_change,
            "may_cancel": may_cancel,
            "may_erase": state in ENDED,
            "may_accept": state == BookingState.OFFERED and accepts_bookings(date, self.now),
            "ask": ask,
            "form": form if ask == "change" else None,
            "done": "" if refusal else message,
            "refusal": refusal,
            "form_token": self.form_token(),
        }
        return render(self.request, "public/events/bookings/booking.html", context, status=status)


_ACTS: Final[dict[str, Callable[[ManageView], HttpResponse]]] = {
    "accept": ManageView.accept,
    "cancel": ManageView.cancel,
    "change": ManageView.change,
    "erase": ManageView.erase,
}


class CalendarView(SignedLinkView):
    """The booked date as an iCalendar file."""

    def get(self, request: HttpRequest, *, token: str) -> HttpResponse:
        """Return the file; status 410 unless the booking is booked."""
        if self.gone[0] or self.booking.state != BookingState.BOOKED:
            self.gone = self.gone if self.gone[0] else ("over", 410)
            return self.render_gone()
        booking = self.booking
        content = calendar_of(booking, language=str(get_language()), method="PUBLISH", stamp=booking.changed_at)
        headers = {"Content-Disposition": 'attachment; filename="click-safely.ics"'}
        return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)
