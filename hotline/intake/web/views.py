"""Views of the report form: start, form, summary, receipt, quick exit."""

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
from clicksafely.common.http.cookieless_forms import CookielessFormMixin, is_honeypot_filled
from clicksafely.common.http.decorators import read_only
from clicksafely.common.http.middleware import DATABASE_ERRORS
from clicksafely.common.http.proof_of_work import ANSWER_FIELD, PROOF_FIELD, new_challenge, verify_challenge
from clicksafely.common.http.rate_limits import over_limit
from hotline.intake import selectors, services
from hotline.intake.web.draft_uploads import DraftUploads, TooManyForms, missing_pictures_message
from hotline.intake.web.form_texts import CATEGORY_TEXTS, STEPS
from hotline.intake.web.forms import ReportForm
from hotline.intake.web.rendering import show_form, show_receipt, show_summary
from hotline.intake.web.report_draft import ReportDraft
from hotline.models import Category
from hotline.triage.url_normalisation import Location

HOUR = 3600


class SeeOther(HttpResponseRedirect):
    """A redirect with status 303, which clients follow by GET."""

    status_code = 303


def is_child(request: HttpRequest) -> bool:
    """Return whether the texts for affected children are requested: `?about=me`."""
    return request.GET.get("about") == "me"


@read_only
def start(request: HttpRequest) -> HttpResponse:
    """Show the start page with the categories and the next steps."""
    choices = [(category, CATEGORY_TEXTS[category]) for category in Category.values]
    context = {"choices": choices, "child": is_child(request), "steps": STEPS, "step": 1}
    return render(request, "public/hotline/report/start.html", context)


@read_only
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the report form (quick exit). Redirects to our own home page, so that no third party learns of the visit.

    The browser deletes our cached data (https://www.w3.org/TR/clear-site-data/), but not its history.
    """
    response = SeeOther(reverse("home"))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


class FormView(CookielessFormMixin, View):
    """The form of one category. A valid POST shows the summary."""

    form_purpose = "report"

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        """Check the category, and refuse file uploads for CSAM."""
        if kwargs["category"] not in Category.values:
            raise Http404
        self.child = is_child(request)
        if kwargs["category"] == Category.CSAM:
            request.upload_handlers = [RefusingUploadHandler(request)]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, category: str) -> HttpResponse:
        return show_form(request, category=category, child=self.child, token=self.form_token())

    def post(self, request: HttpRequest, category: str) -> HttpResponse:
        """Show the summary, or the form again: with errors (422), or because the database is unavailable (503)."""
        box = DraftUploads(request)
        form = ReportForm(request.POST, request.FILES, category=category, child=self.child, kept=box.kept)
        form.full_clean()
        status, ask, notice = 422, False, ""
        if category == Category.CSAM:
            # The form has no such field. A client that sends files anyway gets a message.
            notice = str(REFUSAL_MESSAGES["not-here"]) if request.FILES else ""
        else:
            try:
                box.settle(form, now=timezone.now())
            except TooManyForms:
                ask = True
                form.add_error("images", _("Many pictures are arriving. Please choose them again and do the small task at the end of the form."))  # fmt: skip
            except DATABASE_ERRORS:
                status = 503
                form.add_error("images", _("Pictures cannot be stored at this moment. Choose them again and press the button in a few seconds."))  # fmt: skip
        if form.errors or notice:
            return show_form(
                request,
                category=category,
                child=self.child,
                token=self.form_token(),
                form=form,
                pictures=box.kept,
                ask=ask,
                notice=notice,
                status=status,
            )
        draft = form.draft(
            language=str(get_language()),
            receipt=receipts.generate_receipt(),
            pictures=box.kept,
            trapped=is_honeypot_filled(request),
        )
        state = draft.seal()
        challenge = new_challenge(bound_to=state) if draft.trapped else None
        return show_summary(request, draft=draft, state=state, token=self.form_token(), challenge=challenge)


class SentView(CookielessFormMixin, View):
    """Stores the report and shows the receipt, or returns to the form for changes."""

    form_purpose = "report"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the status page."""
        return SeeOther(reverse("report-status"))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send the report, or change it."""
        state = request.POST.get("state", "")
        try:
            draft = ReportDraft.open(state)
        except StateExpired:
            return render(request, "public/hotline/report/form_expired.html", {"expired": True}, status=410)
        except StateInvalid:
            return render(request, "public/hotline/report/form_expired.html", status=400)
        if "edit" in request.POST:
            return self._change(draft)
        return self._send(draft, state)

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
            if not self._may_send(draft, state, digest):
                return show_summary(
                    request,
                    draft=draft,
                    state=state,
                    token=token,
                    challenge=new_challenge(bound_to=state),
                    wrong_answer=bool(request.POST.get(ANSWER_FIELD) or request.POST.get(PROOF_FIELD)),
                    also=also,
                )
            services.submit_report(submission=draft.submission(also=also), state_digest=digest, now=timezone.now())
        except services.PicturesMissing:
            return self._change(draft, notice=missing_pictures_message(), status=422)
        except DATABASE_ERRORS:
            return show_summary(request, draft=draft, state=state, token=token, unsent=True, also=also)
        return show_receipt(request, draft=draft, state=state, token=token, with_qr="qr" in request.POST)

    def _also(self, draft: ReportDraft) -> list[Location]:
        """Return the ticked addresses from the free text."""
        ticked = set(self.request.POST.getlist("also"))
        return [each.location for each in draft.found() if each.location.canonical in ticked] if ticked else []

    def _may_send(self, draft: ReportDraft, state: str, digest: bytes) -> bool:
        over = over_limit(
            self.request,
            scope="report",
            limit=settings.REPORTS_PER_HOUR,
            everyone=settings.REPORTS_PER_HOUR_GLOBAL,
            window=HOUR,
        )
        if not (over or draft.trapped):
            return True
        # A report that is already stored may be sent again, because its response was lost.
        return verify_challenge(self.request.POST, bound_to=state) or selectors.is_received(digest)
