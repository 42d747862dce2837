"""The steps of a report: start, form, check, sent; and the way out of it."""

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
    """303: look there with GET."""

    status_code = 303


def is_child(request: HttpRequest) -> bool:
    """Whether the page is wanted in the words for a child to whom it happened: `?about=me`."""
    return request.GET.get("about") == "me"


@read_only
def start(request: HttpRequest) -> HttpResponse:
    """What can be reported, what happens then, and the four choices."""
    choices = [(category, CATEGORY_TEXTS[category]) for category in Category.values]
    context = {"choices": choices, "child": is_child(request), "steps": STEPS, "step": 1}
    return render(request, "public/hotline/report/start.html", context)


@read_only
def leave(request: HttpRequest) -> HttpResponse:
    """The way out: our own home page, which looks harmless. An address elsewhere would tell somebody that we were left.

    Browsers forget what they kept of us (https://www.w3.org/TR/clear-site-data/); their history they keep.
    """
    response = SeeOther(reverse("home"))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


class FormView(CookielessFormMixin, View):
    """The form of one category; sent and found good, the summary."""

    form_purpose = "report"

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        """Know the category."""
        if kwargs["category"] not in Category.values:
            raise Http404
        self.child = is_child(request)
        if kwargs["category"] == Category.CSAM:
            request.upload_handlers = [RefusingUploadHandler(request)]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, category: str) -> HttpResponse:
        """Show the empty form."""
        return show_form(request, category=category, child=self.child, token=self.form_token())

    def post(self, request: HttpRequest, category: str) -> HttpResponse:
        """Show the summary; or the form again, with what is wrong (422) or because the database is away (503)."""
        box = DraftUploads(request)
        form = ReportForm(request.POST, request.FILES, category=category, child=self.child, kept=box.kept)
        form.full_clean()
        status, ask, notice = 422, False, ""
        if category == Category.CSAM:
            # The form offers no field for them; whoever sends some all the same is told.
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
    """Takes the summary and answers with the receipt, or goes back to the form where that was wished."""

    form_purpose = "report"

    def get(self, request: HttpRequest) -> HttpResponse:
        """There is nothing here to come back to."""
        return SeeOther(reverse("report-status"))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send, or change."""
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
        """The addresses among the words that are ticked."""
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
        # What has arrived already may be sent again: its answer was lost on the way.
        return verify_challenge(self.request.POST, bound_to=state) or selectors.is_received(digest)
