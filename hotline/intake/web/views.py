"""Views of the report form: start, form, summary, receipt, quick exit."""

from enum import Enum

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views import View

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.form_state import StateExpired, StateInvalid
from clicksafely.common.files.image_uploads import RefusingUploadHandler
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import is_honeypot_filled
from clicksafely.common.http.decorators import read_only
from clicksafely.common.http.middleware import DATABASE_ERRORS
from clicksafely.common.http.proof_of_work import Solution, solve_challenge
from hotline.categories import CATEGORIES
from hotline.intake import selectors, services
from hotline.intake.page_texts import page_text
from hotline.intake.web.draft_ids import (
    Ending,
    LeavableFormMixin,
    closed_form_response,
    draft_id_of,
    end_draft,
    leave_draft,
)
from hotline.intake.web.draft_uploads import missing_pictures_message
from hotline.intake.web.form_texts import STEPS
from hotline.intake.web.report_draft import ReportDraft
from hotline.intake.web.steps import CHOOSE, HELP, SHOW, FormStep, ReceiptStep, SummaryStep
from hotline.models import PageTextKey

HOUR = 3600


class Admission(Enum):
    """The response to a report that is sent."""

    TASK = "a task comes first"
    ACCEPTED = "accepted"
    FLOOD = "accepted into the flood group"


class SeeOther(HttpResponseRedirect):
    """A redirect with status 303, which clients follow by GET."""

    status_code = 303


def is_child(request: HttpRequest) -> bool:
    """Return whether the texts for affected children are requested: `?about=me`."""
    return request.GET.get("about") == "me"


@read_only
def start(request: HttpRequest) -> HttpResponse:
    """Show the start page: first the way of an affected child, then the categories and the next steps."""
    context = {
        "child_choices": [category for category in CATEGORIES.values() if category.offered_to_children],
        "choices": list(CATEGORIES.values()),
        "child": is_child(request),
        "own_picture": page_text(request, PageTextKey.OWN_PICTURE),
        "steps": STEPS,
        "step": 1,
    }
    return render(request, "public/hotline/report/start.html", context)


@read_only
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the report form (quick exit). Redirects to a neutral page of another site, which gets no data about the visit.

    The browser deletes our cached data (https://www.w3.org/TR/clear-site-data/), but not its history. Pages of the draft in the query
    are not shown again.
    """
    leave_draft(request)
    response = SeeOther(page_text(request, PageTextKey.QUICK_EXIT).text)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


class ReportFormView(LeavableFormMixin, View):
    """Base of the form and the summary. Both show the form again after two hours."""

    form_purpose = "report"

    def form_step(self, *, category: str, child: bool) -> FormStep:
        """Return an empty form of the category."""
        return FormStep(self.request, category=category, child=child, token=self.form_token())

    def refill(self, *, category: str, child: bool, expired: bool) -> HttpResponse:
        """Show the form with the posted fields. Nothing is stored."""
        step = self.form_step(category=category, child=child)
        step.refill(expired=expired)
        return step.render()


class FormView(ReportFormView):
    """The form of one category. A valid POST shows the summary.

    The buttons SHOW, HELP and CHOOSE lead to other pages with all input, without checking it. SHOW leads to the form in
    another language, wording or category. HELP leads to the help page, and CHOOSE to the choice of a category.
    """

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        """Check the category, and refuse file uploads if it takes no pictures."""
        if kwargs["category"] not in CATEGORIES:
            raise Http404
        self.child = is_child(request)
        if not CATEGORIES[kwargs["category"]].takes_pictures:
            request.upload_handlers = [RefusingUploadHandler(request)]
        return super().dispatch(request, *args, **kwargs)

    def expired_form(self, request: HttpRequest) -> HttpResponse:
        """Show the form with what was typed."""
        return self.refill(category=self.kwargs["category"], child=self.child, expired=True)

    def get(self, request: HttpRequest, category: str) -> HttpResponse:
        return self.form_step(category=category, child=self.child).render()

    def post(self, request: HttpRequest, category: str) -> HttpResponse:
        """Show the summary, or the form again: with errors (422), or because the database is unavailable (503)."""
        step = self.form_step(category=category, child=self.child)
        aside = next((name for name in (SHOW, HELP, CHOOSE) if name in request.POST), None)
        form = step.submit(now=timezone.now(), only_pictures=bool(aside))
        if aside in {HELP, CHOOSE} and not form.errors:
            return step.render_aside(aside)
        if aside or step.status != 200:
            return step.render()
        draft = form.draft(
            language=str(get_language()),
            receipt=receipts.generate_code(),
            pictures=step.pictures_to_send,
            trapped=is_honeypot_filled(request),
        )
        summary = SummaryStep(request, draft=draft, state=draft.seal(), token=step.token)
        if draft.trapped:
            summary.add_challenge()
        return summary.render()


class SentView(ReportFormView):
    """Stores the report and shows the receipt, or returns to the form for changes."""

    def expired_form(self, request: HttpRequest) -> HttpResponse:
        """Show the form with the fields that the summary carries."""
        return self._refill(expired=True)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the status page."""
        return SeeOther(reverse("report-status"))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send the report, change it, or show the summary again (SHOW) or the help page (HELP)."""
        action = self._action(request)
        try:
            step = SummaryStep.posted(request, token=self.form_token())
        except StateExpired:
            return self._refill(expired=True)
        except StateInvalid:
            return self._refill(expired=False)
        if action == "edit":
            return self._change(step.draft)
        if action == HELP:
            return step.render_aside(HELP)
        return step.render() if action == SHOW else self._send(step)

    def is_resend(self, request: HttpRequest) -> bool:
        """Return whether the report is sent."""
        return self._action(request) == "send"

    def _action(self, request: HttpRequest) -> str:
        return next((name for name in ("edit", SHOW, HELP) if name in request.POST), "send")

    def _refill(self, *, expired: bool) -> HttpResponse:
        """Show the form with the plain fields of a summary whose sealed state can no longer be opened."""
        request = self.request
        category, child = request.POST.get("category", ""), bool(request.POST.get("child"))
        if category not in CATEGORIES:
            return closed_form_response(request, expired=expired)
        return self.refill(category=category, child=child, expired=expired)

    def _change(self, draft: ReportDraft, *, notice: str = "", status: int = 200) -> HttpResponse:
        step = self.form_step(category=draft.category, child=draft.child)
        step.fill(draft.as_initial() | {"consent": True}, pictures=draft.pictures)
        step.notice, step.status = notice, status
        return step.render()

    def _send(self, step: SummaryStep) -> HttpResponse:
        request = self.request
        try:
            admission = self._admission(step)
            if admission is Admission.TASK:
                step.add_challenge(refused=request)
                return step.render()
            submission = step.draft.submission(also=step.also, in_flood=admission is Admission.FLOOD)
            services.submit_report(submission=submission, state_digest=step.digest, now=timezone.now())
        except services.PicturesMissing:
            return self._change(step.draft, notice=missing_pictures_message(), status=422)
        except DATABASE_ERRORS:
            return step.render(unsent=True)
        end_draft(draft_id_of(request), Ending.SENT)
        receipt = ReceiptStep(request, draft=step.draft, state=step.state, token=step.token)
        return receipt.render(with_qr="qr" in request.POST)

    def _admission(self, step: SummaryStep) -> Admission:
        over = limits.reports().is_over(self.request)
        if not (over or step.draft.trapped):
            return Admission.ACCEPTED
        solution = solve_challenge(self.request, bound_to=step.state)
        if solution is Solution.SUM_OF_FLOOD:
            # Accepted into the flood group, the last one in triage.
            return Admission.FLOOD
        # A report that is already stored may be sent again, because its response was lost.
        return Admission.ACCEPTED if solution or selectors.is_received(step.digest) else Admission.TASK
