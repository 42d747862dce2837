"""The public form with which a school asks for a visit; no account and no cookies."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from awareness.events.bookings.forms import TOWNS_LIST
from awareness.events.visits.forms import VisitForm
from awareness.events.visits.services import create_visit_request
from awareness.topics.selectors import visible_topics
from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, open_state, seal_state, state_digest
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import CookielessFormMixin, is_honeypot_filled
from clicksafely.common.http.proof_of_work import new_challenge, verify_challenge
from clicksafely.common.places import town_choices

PURPOSE: Final = "visit request"


class VisitRequestView(CookielessFormMixin, View):
    """The form at `events/invite/` and its result."""

    form_purpose = "visit"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Fix the clock of the request."""
        self.now = timezone.now()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        return self._show(draft=seal_state({}, purpose=PURPOSE), form=self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store the request; repeated submissions of the same form get the same answer."""
        form, draft = self._form(request.POST), request.POST.get("draft", "")
        try:
            open_state(draft, purpose=PURPOSE)
        except (StateExpired, StateInvalid):
            notice = _(
                "This page was open for more than two hours. Your entries are still here. Please press the button again."
            )
            return self._show(draft=seal_state({}, purpose=PURPOSE), form=form, notice=notice, status=422)
        if not form.is_valid():
            return self._show(draft=draft, form=form, status=422)
        if not self._may_send(draft):
            return self._show(draft=draft, form=form, ask=True, status=422)
        visit = create_visit_request(
            visit=form.visit(str(get_language())), submission=bytes.fromhex(state_digest(draft)), now=self.now
        )
        return render(request, "public/events/visits/submitted.html", {"reference": visit.reference})

    def _form(self, *data: Any) -> VisitForm:
        return VisitForm(*data, topics=visible_topics(self.now), today=timezone.localdate(self.now))

    def _may_send(self, draft: str) -> bool:
        over = limits.VISIT_REQUESTS.is_over(self.request)
        return not (over or is_honeypot_filled(self.request)) or verify_challenge(self.request, bound_to=draft)

    def _show(
        self, *, draft: str, form: VisitForm, ask: bool = False, notice: str = "", status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "draft": draft,
            "form_token": self.form_token(),
            "towns_list": TOWNS_LIST,
            "towns": [name for _code, name in town_choices()],
            "challenge": new_challenge(bound_to=draft, refused=self.request) if ask else None,
            "notice": notice,
        }
        return render(self.request, "public/events/visits/form.html", context, status=status)
