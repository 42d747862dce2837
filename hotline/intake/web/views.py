"""Views of the report form: start, form, summary, receipt, quick exit."""

from dataclasses import replace
from enum import Enum

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, state_digest
from clicksafely.common.files.image_uploads import REFUSAL_MESSAGES, RefusingUploadHandler
from clicksafely.common.http.cookieless_forms import is_honeypot_filled
from clicksafely.common.http.decorators import read_only
from clicksafely.common.http.middleware import DATABASE_ERRORS
from clicksafely.common.http.proof_of_work import Solution, new_challenge, solve_challenge
from clicksafely.common.http.rate_limits import over_limit
from hotline.intake import selectors, services
from hotline.intake.page_texts import page_text
from hotline.intake.web.draft_ids import Ending, LeavableFormMixin, draft_id_of, end_draft, leave_draft
from hotline.intake.web.draft_uploads import (
    SEALED_PICTURES_FIELD,
    DraftUploads,
    TooManyForms,
    missing_pictures_message,
    too_many_pictures_message,
)
from hotline.intake.web.form_texts import CATEGORY_TEXTS, CHILD_CHOICES, STEPS
from hotline.intake.web.forms import ReportForm
from hotline.intake.web.rendering import CHOOSE, HELP, SHOW, show_aside, show_form, show_receipt, show_summary
from hotline.intake.web.report_draft import ReportDraft, seal_pictures
from hotline.models import Category, PageTextKey
from hotline.triage.url_normalisation import Location

HOUR = 3600
# Solved sums of one network per hour. Further reports are accepted into the flood group, the last one in triage.
SUMS_PER_HOUR = 20


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
        "child_choices": [(category, CATEGORY_TEXTS[category]) for category in CHILD_CHOICES],
        "choices": [(category, CATEGORY_TEXTS[category]) for category in Category.values],
        "child": is_child(request),
        "own_picture": page_text(request, PageTextKey.OWN_PICTURE),
        "steps": STEPS,
        "step": 1,
    }
    return render(request, "public/hotline/report/start.html", context)


@read_only
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the report form (quick exit). Redirects to a neutral page of another site, which learns nothing of the visit.

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

    def refill(self, *, category: str, child: bool, expired: bool) -> HttpResponse:
        """Show the form with the posted fields. Nothing is stored."""
        request = self.request
        box = DraftUploads(request)
        form = ReportForm(request.POST, category=category, child=child, kept=box.kept)
        if (box.lost or request.FILES) and category != Category.CSAM:
            form.add_error("images", missing_pictures_message())
        return show_form(
            request,
            category=category,
            child=child,
            token=self.form_token(),
            form=form,
            pictures=box.kept,
            notice=_(
                "This page was open for more than two hours. Your text is still here. Please check it and continue."
            )
            if expired
            else _("The page arrived incomplete. Your text is still here. Please check it and continue."),
            status=422,
        )


class FormView(ReportFormView):
    """The form of one category. A valid POST shows the summary.

    The buttons SHOW, HELP and CHOOSE lead to other pages with everything that was typed, without checking it: to the form in another
    language, wording or category, to the help page, and to the choice of a category.
    """

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        """Check the category, and refuse file uploads for CSAM."""
        if kwargs["category"] not in Category.values:
            raise Http404
        self.child = is_child(request)
        if kwargs["category"] == Category.CSAM:
            request.upload_handlers = [RefusingUploadHandler(request)]
        return super().dispatch(request, *args, **kwargs)

    def expired_form(self, request: HttpRequest) -> HttpResponse:
        """Show the form with what was typed."""
        return self.refill(category=self.kwargs["category"], child=self.child, expired=True)

    def get(self, request: HttpRequest, category: str) -> HttpResponse:
        return show_form(request, category=category, child=self.child, token=self.form_token())

    def post(self, request: HttpRequest, category: str) -> HttpResponse:
        """Show the summary, or the form again: with errors (422), or because the database is unavailable (503)."""
        box = DraftUploads(request)
        pictures = [] if category == Category.CSAM else box.kept
        form = ReportForm(request.POST, request.FILES, category=category, child=self.child, kept=pictures)
        form.full_clean()
        aside = next((name for name in (SHOW, HELP, CHOOSE) if name in request.POST), None)
        if aside:
            form.drop_errors()
        status, ask, notice = 422, False, ""
        if category == Category.CSAM:
            # The form has no such field. A client that sends files anyway gets a message.
            notice = str(REFUSAL_MESSAGES["not-here"]) if request.FILES else ""
        else:
            try:
                box.settle(form, now=timezone.now())
            except TooManyForms:
                ask = True
                form.add_error("images", too_many_pictures_message())
            except DATABASE_ERRORS:
                status = 503
                form.add_error("images", _("Pictures cannot be stored right now. Choose them again and press the button in a few seconds."))  # fmt: skip
        token = self.form_token()
        if aside in {HELP, CHOOSE} and not form.errors:
            kept = seal_pictures(box.kept) if box.kept else ""
            return show_aside(request, page=aside, child=self.child, token=token, kept=kept)
        refused = bool(form.errors or notice)
        if aside or refused:
            if category == Category.CSAM and box.kept:
                notice = notice or _("The pictures you added are not sent with this kind of report.")
            return show_form(
                request,
                category=category,
                child=self.child,
                token=token,
                form=form,
                pictures=box.kept,
                ask=ask,
                notice=notice,
                status=status if refused else 200,
            )
        draft = form.draft(
            language=str(get_language()),
            receipt=receipts.generate_receipt(),
            pictures=pictures,
            trapped=is_honeypot_filled(request),
        )
        state = draft.seal()
        challenge = new_challenge(bound_to=state) if draft.trapped else None
        return show_summary(request, draft=draft, state=state, token=token, challenge=challenge)


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
        state = request.POST.get("state", "")
        try:
            # The report has the language of the page that sends it.
            draft = replace(ReportDraft.open(state), language=str(get_language()))
        except StateExpired:
            return self._refill(expired=True)
        except StateInvalid:
            return self._refill(expired=False)
        if action == "edit":
            return self._change(draft)
        token = self.form_token()
        if action == HELP:
            kept = request.POST.get(SEALED_PICTURES_FIELD, "")
            return show_aside(request, page=HELP, child=draft.child, token=token, kept=kept)
        if action == SHOW:
            also = self._also(draft)
            return show_summary(request, draft=draft, state=state, token=token, also=also)
        return self._send(draft, state)

    def is_resend(self, request: HttpRequest) -> bool:
        """Whether the report is sent."""
        return self._action(request) == "send"

    def _action(self, request: HttpRequest) -> str:
        return next((name for name in ("edit", SHOW, HELP) if name in request.POST), "send")

    def _refill(self, *, expired: bool) -> HttpResponse:
        """Show the form with the fields that the summary carries beside its state, which can no longer be opened."""
        request = self.request
        category, child = request.POST.get("category", ""), bool(request.POST.get("child"))
        if category not in Category.values:
            context, status = {"expired": expired}, 410 if expired else 400
            return render(request, "public/hotline/report/form_expired.html", context, status=status)
        return self.refill(category=category, child=child, expired=expired)

    def _change(self, draft: ReportDraft, *, notice: str = "", status: int = 200) -> HttpResponse:
        initial = draft.as_initial() | {"consent": True}
        form = ReportForm(category=draft.category, child=draft.child, kept=draft.pictures, initial=initial)
        return show_form(
            self.request,
            category=draft.category,
            child=draft.child,
            token=self.form_token(),
            form=form,
            pictures=draft.pictures,
            notice=notice,
            status=status,
        )

    def _send(self, draft: ReportDraft, state: str) -> HttpResponse:
        request, token = self.request, self.form_token()
        digest = bytes.fromhex(state_digest(state))
        also = self._also(draft)
        try:
            admission = self._admission(draft, state, digest)
            if admission is Admission.TASK:
                return show_summary(
                    request,
                    draft=draft,
                    state=state,
                    token=token,
                    challenge=new_challenge(bound_to=state, refused=request.POST),
                    also=also,
                )
            submission = draft.submission(also=also, in_flood=admission is Admission.FLOOD)
            services.submit_report(submission=submission, state_digest=digest, now=timezone.now())
        except services.PicturesMissing:
            return self._change(draft, notice=missing_pictures_message(), status=422)
        except DATABASE_ERRORS:
            return show_summary(request, draft=draft, state=state, token=token, unsent=True, also=also)
        end_draft(draft_id_of(request), Ending.SENT)
        with_qr = "qr" in request.POST
        return show_receipt(request, draft=draft, state=state, token=token, with_qr=with_qr)

    def _also(self, draft: ReportDraft) -> list[Location]:
        """Return the ticked addresses from the free text."""
        ticked = set(self.request.POST.getlist("also"))
        return [each.location for each in draft.found() if each.location.canonical in ticked] if ticked else []

    def _admission(self, draft: ReportDraft, state: str, digest: bytes) -> Admission:
        over = over_limit(
            self.request,
            scope="report",
            limit=settings.REPORTS_PER_HOUR,
            everyone=settings.REPORTS_PER_HOUR_GLOBAL,
            window=HOUR,
        )
        if not (over or draft.trapped):
            return Admission.ACCEPTED
        solution = solve_challenge(self.request.POST, bound_to=state)
        if solution is Solution.SUM and over_limit(self.request, scope="sums", limit=SUMS_PER_HOUR, window=HOUR):
            return Admission.FLOOD
        # A report that is already stored may be sent again, because its response was lost.
        return Admission.ACCEPTED if solution or selectors.is_received(digest) else Admission.TASK
