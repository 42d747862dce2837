"""Public pages of complaints, at one URL: form, number, status and answer."""

from functools import cached_property

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views import View

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, open_state, seal_state, state_digest
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import is_honeypot_filled
from clicksafely.common.http.middleware import DATABASE_ERRORS, RETRY_AFTER_SECONDS
from clicksafely.common.http.proof_of_work import new_challenge, verify_challenge
from hotline.complaints import selectors, services
from hotline.complaints.forms import ComplaintForm, NumberForm
from hotline.intake import selectors as reports
from hotline.intake.status_messages import StatusMessage
from hotline.intake.web.draft_ids import LeavableFormMixin
from hotline.intake.web.status_views import guesses_receipts
from hotline.models import Complaint, ComplaintAbout, ComplaintOutcome, ComplaintState, Report

DRAFT = "complaint"

_STATE_MESSAGES = {
    ComplaintState.RECEIVED: StatusMessage(
        pgettext_lazy("complaint status", "Received"),
        gettext_lazy("We have received your complaint. It has not been read yet."),
    ),
    ComplaintState.ACKNOWLEDGED: StatusMessage(
        pgettext_lazy("complaint status", "Being examined"),
        gettext_lazy("A supervisor who was not involved has read your complaint and is examining it."),
    ),
}
_OUTCOME_MESSAGES = {
    ComplaintOutcome.UPHELD: StatusMessage(
        pgettext_lazy("complaint status", "You were right"),
        gettext_lazy("We made a mistake and we are sorry. Below you can read what we are doing about it."),
    ),
    ComplaintOutcome.PARTLY: StatusMessage(
        pgettext_lazy("complaint status", "You were partly right"),
        gettext_lazy(
            "Part of your complaint is justified. Below you can read which part, and what we are doing about it."
        ),
    ),
    ComplaintOutcome.NOT_UPHELD: StatusMessage(
        pgettext_lazy("complaint status", "We see it differently"),
        gettext_lazy(
            "We have examined your complaint and believe that we acted correctly. Below you can read why, and "
            "where else you can turn."
        ),
    ),
    ComplaintOutcome.WITHDRAWN: StatusMessage(
        pgettext_lazy("complaint status", "Withdrawn"), gettext_lazy("You have withdrawn your complaint.")
    ),
}


class ComplaintView(LeavableFormMixin, View):
    """Accepts a complaint, and shows its status and answers by its number."""

    form_purpose = "complaint"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show both forms, empty."""
        return self._show(draft=_new_draft())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show or file a complaint. If the database is unavailable, the form keeps the input."""
        self.draft = request.POST.get("draft", "")
        if "show" in request.POST:
            # The form in another language, with everything that was typed.
            self._form.errors.clear()
            return self._show(draft=self.draft or _new_draft(), form=self._form)
        try:
            return self._read() if request.POST.get("act") == "read" else self._send()
        except DATABASE_ERRORS:
            notice = _(
                "Our system is not responding at the moment. Nothing is lost: wait a few seconds and press the button again."
            )
            response = self._show(draft=self.draft, form=self._form, notice=notice, status=503)
            response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
            return response

    def expired_form(self, request: HttpRequest) -> HttpResponse:
        """Show the form with what was typed."""
        notice = _(
            "This page was open for more than two hours. Your entries are still here. Please press the button again."
        )
        return self._show(draft=_new_draft(), form=self._form, notice=notice, status=422)

    @cached_property
    def _form(self) -> ComplaintForm:
        return ComplaintForm(self.request.POST)

    @cached_property
    def _proved(self) -> bool:
        return verify_challenge(self.request, bound_to=self.draft)

    def _read(self) -> HttpResponse:
        typed = self.request.POST.get("number", "")
        if guesses_receipts(self.request, step=0) and not self._proved:
            notice = _("Please do the small task first, then we will search again.")
            numbers = NumberForm(number=typed)
            draft = self.draft or _new_draft()
            return self._show(
                draft=draft, reading=True, numbers=numbers, ask=True, wrong_codes=True, notice=notice, status=422
            )
        number = receipts.normalise_receipt(typed)
        complaint = selectors.find_complaint(number)
        if number is None or complaint is None:
            wrong_codes = guesses_receipts(self.request, step=1)
            error = _(
                "We cannot find a complaint with this number. Please compare it letter by letter with the one you wrote down."
            )
            draft = self.draft or _new_draft()
            numbers = NumberForm(number=typed, error=error)
            return self._show(draft=draft, reading=True, numbers=numbers, wrong_codes=wrong_codes, status=422)
        context = {
            "complaint": complaint,
            "status": complaint_status(complaint),
            "answers": selectors.read_answers(complaint, number),
        }
        return render(self.request, "public/hotline/complaints/complaint.html", context)

    def _send(self) -> HttpResponse:
        form, request = self._form, self.request
        try:
            number = open_state(self.draft, purpose=DRAFT)["number"]
        except (StateExpired, StateInvalid):
            return self.expired_form(request)
        if not form.is_valid():
            return self._show(draft=self.draft, form=form, status=422)
        typed = form.cleaned_data["receipt"] if form.cleaned_data["about"] == ComplaintAbout.REPORT else ""
        if typed and guesses_receipts(self.request, step=0) and not self._proved:
            return self._show(draft=self.draft, form=form, ask=True, wrong_codes=True, status=422)
        report = self._find_report(typed)
        if typed and report is None:
            wrong_codes = guesses_receipts(self.request, step=1)
            form.add_error(
                "receipt",
                _("We cannot find a report with this code. Compare it letter by letter, or leave the field empty."),
            )
            return self._show(draft=self.draft, form=form, wrong_codes=wrong_codes, status=422)
        new = services.NewComplaint(
            number=number,
            form_digest=bytes.fromhex(state_digest(self.draft)),
            about=form.cleaned_data["about"],
            text=form.cleaned_data["text"],
            contact=form.cleaned_data["contact"],
            language=str(get_language()),
            report=report,
        )
        if not self._may_send(new):
            return self._show(draft=self.draft, form=form, ask=True, status=422)
        try:
            services.file_complaint(new=new, now=timezone.now())
        except services.NumberTaken:
            notice = _("You have already sent this form. To send your changes as a new complaint, press the button again.")  # fmt: skip
            return self._show(draft=_new_draft(), form=form, notice=notice, status=422)
        context = {"groups": receipts.format_receipt(number).split("-")}
        return render(request, "public/hotline/complaints/submitted.html", context)

    def _find_report(self, typed: str) -> Report | None:
        return reports.find_case(receipts.normalise_receipt(typed)) if typed else None

    def _may_send(self, new: services.NewComplaint) -> bool:
        over = limits.COMPLAINTS.is_over(self.request)
        if not (over or is_honeypot_filled(self.request)):
            return True
        # A complaint already filed may be sent again, because its response was lost.
        return self._proved or selectors.is_received(new.state_digest)

    def _show(
        self,
        *,
        draft: str,
        form: ComplaintForm | None = None,
        numbers: NumberForm | None = None,
        reading: bool = False,
        ask: bool = False,
        wrong_codes: bool = False,
        notice: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Render both forms. `ask`: a challenge was not solved; `wrong_codes`: the next attempt needs one because of wrong codes."""
        context = {
            "form": form or ComplaintForm(),
            "numbers": numbers or NumberForm(),
            "reading": reading,
            "challenge": new_challenge(bound_to=draft, refused=self.request if ask else None)
            if ask or wrong_codes
            else None,
            "wrong_codes": wrong_codes,
            "notice": notice,
            "draft": draft,
            "form_token": self.form_token(),
        }
        return render(self.request, "public/hotline/complaints/form.html", context, status=status)


def _new_draft() -> str:
    """A number generated before the form is sent, so that a form sent twice makes one complaint."""
    return seal_state({"number": receipts.generate_code()}, purpose=DRAFT)


def complaint_status(complaint: Complaint) -> StatusMessage:
    """Return the heading and sentence for the complaint's current state."""
    if complaint.state == ComplaintState.CLOSED:
        return _OUTCOME_MESSAGES[ComplaintOutcome(complaint.outcome)]
    return _STATE_MESSAGES[ComplaintState(complaint.state)]
