"""Booking form of an event for schools; no account and no cookies."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from awareness.events.bookings import emails, labels, selectors, services
from awareness.events.bookings.exceptions import BookingClosed, ClassTooLarge
from awareness.events.bookings.facts import booking_facts
from awareness.events.bookings.forms import TOWNS_LIST, BookingForm
from awareness.events.bookings.rules import is_event_public, obstacle
from awareness.events.bookings.signed_links import management_path
from awareness.events.enums import BookingState
from awareness.events.models import Booking, Event, EventDate
from awareness.publishing.shortcuts import redirect_from_former_slug
from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, open_state, seal_state, state_digest
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import CookielessFormMixin, is_honeypot_filled
from clicksafely.common.http.proof_of_work import new_challenge, verify_challenge
from clicksafely.common.page_metadata import build_absolute_url
from clicksafely.common.places import town_choices


class BookView(CookielessFormMixin, View):
    """The form at `events/<slug>/book/` and its result."""

    form_purpose = "booking"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Fix the clock of the request."""
        self.now = timezone.now()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        """Show the empty form; `?date=` preselects a date. Former addresses redirect."""
        event = selectors.find_event(slug)
        if event is None and (led := redirect_from_former_slug(request, Event)):
            return led
        self.event = self._check(event)
        if not self.dates:
            return self._closed(status=200)
        initial = {"first": request.GET.get("date") or (str(self.dates[0].uuid) if len(self.dates) == 1 else "")}
        return self._show(draft=self._new_draft(), form=self._form(initial=initial))

    def post(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        """Book; repeated submissions of the same form get the same answer."""
        self.event = self._check(selectors.find_event(slug))
        draft = request.POST.get("draft", "")
        try:
            open_state(draft, purpose=self._purpose)
        except (StateExpired, StateInvalid):
            if not self.dates:
                return self._closed(status=409)
            notice = _(
                "This page was open for more than two hours. Your entries are still here. Please press the button again."
            )
            return self._show(draft=self._new_draft(), form=self._posted(), notice=notice, status=422)
        submission = bytes.fromhex(state_digest(draft))
        earlier = selectors.find_submission(submission)
        if earlier is not None:
            return self._answer(earlier, repeated=True)
        return self._book(draft, submission) if self.dates else self._closed(status=409)

    def _book(self, draft: str, submission: bytes) -> HttpResponse:
        form = self._posted()
        if not form.is_valid():
            return self._show(draft=draft, form=form, status=422)
        if not self._may_send(draft):
            return self._show(draft=draft, form=form, ask=True, status=422)
        try:
            answer = services.create_booking(
                event=self.event,
                booking_request=form.booking_request(str(get_language())),
                submission=submission,
                now=self.now,
            )
        except (BookingClosed, ClassTooLarge) as error:
            return self._refused(draft, error)
        return self._answer(answer.booking, repeated=answer.repeated)

    def _refused(self, draft: str, error: BookingClosed | ClassTooLarge) -> HttpResponse:
        # The open dates have changed since they were read.
        del self.dates
        if not self.dates:
            return self._closed(status=409)
        form = self._posted()
        if form.is_valid():
            form.add_error("pupils" if isinstance(error, ClassTooLarge) else "first", error.message)
        return self._show(draft=draft, form=form, status=422)

    @cached_property
    def dates(self) -> list[EventDate]:
        """Dates that can be booked."""
        return selectors.open_dates(self.event, self.now)

    @cached_property
    def can_mail(self) -> bool:
        """Whether the page may promise an e-mail."""
        return emails.can_send(self.now)

    @property
    def _purpose(self) -> str:
        return f"booking {self.event.pk}"

    def _check(self, event: Event | None) -> Event:
        if event is None or not is_event_public(event, self.now):
            raise Http404
        return event

    def _posted(self) -> BookingForm:
        return self._form(self.request.POST)

    def _form(self, data: Any = None, **arguments: Any) -> BookingForm:
        return BookingForm(data, dates=self.dates, can_mail=self.can_mail, **arguments)

    def _new_draft(self) -> str:
        return seal_state({}, purpose=self._purpose)

    def _may_send(self, draft: str) -> bool:
        over = limits.BOOKINGS.is_over(self.request)
        return not (over or is_honeypot_filled(self.request)) or verify_challenge(self.request, bound_to=draft)

    def _show(
        self, *, draft: str, form: BookingForm, ask: bool = False, notice: str = "", status: int = 200
    ) -> HttpResponse:
        context = {
            "event": self.event,
            "form": form,
            "draft": draft,
            "form_token": self.form_token(),
            "towns_list": TOWNS_LIST,
            "towns": [name for _code, name in town_choices()],
            "challenge": new_challenge(bound_to=draft, refused=self.request) if ask else None,
            "notice": notice,
            "mail": self.can_mail,
        }
        return render(self.request, "public/events/bookings/form.html", context, status=status)

    def _closed(self, *, status: int) -> HttpResponse:
        coming = selectors.coming_dates(self.event, self.now)
        whys = [
            (labels.date_and_time_text(date), labels.OBSTACLES[why])
            for date in coming
            if (why := obstacle(date, self.now))
        ]
        context = {"event": self.event, "bookable": self.event.bookable, "whys": whys}
        return render(self.request, "public/events/bookings/closed.html", context, status=status)

    def _answer(self, booking: Booking, *, repeated: bool) -> HttpResponse:
        context = {
            "facts": booking_facts(booking),
            "phrase": labels.state_text(BookingState(booking.state), can_mail=self.can_mail),
            "repeated": repeated,
            # From the submitted form: stored contact details cannot be decrypted here.
            "email": labels.mask_email(self.request.POST.get("email", "")[:200]),
            "link": "" if self.can_mail else self._link(booking),
        }
        return render(self.request, "public/events/bookings/submitted.html", context)

    def _link(self, booking: Booking) -> str:
        """Return the absolute management URL, shown on the page if no e-mail can be sent."""
        return build_absolute_url(self.request, management_path(booking))
