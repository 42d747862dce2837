"""Views of the reporter's status page and dialogue."""

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, open_state, seal_state
from clicksafely.common.http.cookieless_forms import TOKEN_FIELD, CookielessFormMixin
from clicksafely.common.http.middleware import DATABASE_ERRORS, RETRY_AFTER_SECONDS
from clicksafely.common.http.proof_of_work import new_challenge, verify_challenge
from clicksafely.common.http.rate_limits import over_limit
from hotline.intake import selectors, services
from hotline.intake.web.form_texts import CATEGORY_TEXTS
from hotline.intake.web.forms import MessageForm, StatusForm
from hotline.intake.web.views import SeeOther, is_child
from hotline.models import Category, Report

CASE = "case"
# Limits per network before a proof of work is required: wrong receipts in ten minutes, messages in an hour.
WRONG_RECEIPTS, WRONG_RECEIPTS_WINDOW = 5, 600
MESSAGES_PER_HOUR = 30


class StatusPage(CookielessFormMixin, View):
    """The receipt form that both views share."""

    form_purpose = "status"

    def ask(self, *, error: str = "", notice: str = "", challenge: bool = False, status: int = 200) -> HttpResponse:
        """Render the receipt form. An unsent message stays on the page."""
        token = self.form_token()
        child = is_child(self.request)
        context = {
            "form": StatusForm(unsent_text=self.request.POST.get("text", ""), error=error, child=child),
            "child": child,
            "notice": notice,
            "challenge": new_challenge(bound_to=_bond(token)) if challenge else None,
            "form_token": token,
        }
        return render(self.request, "public/hotline/report/status.html", context, status=status)


class StatusView(StatusPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.ask()


class CaseView(StatusPage):
    """Shows a case to the reporter, identified by the receipt, and accepts messages."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the receipt form, because URLs never contain the receipt."""
        return SeeOther(reverse("report-status"))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open a case, or perform an action on an open one."""
        return self._act() if CASE in request.POST else self._open()

    def _open(self) -> HttpResponse:
        post = self.request.POST
        if self._over(step=0) and not verify_challenge(post, bound_to=_bond(post.get(TOKEN_FIELD, ""))):
            return self.ask(notice=_("Please do the small task first, then we look again."), challenge=True, status=422)
        receipt = receipts.normalise_receipt(post.get("receipt", ""))
        report = selectors.find_case(receipt)
        if receipt is None or report is None:
            error = _("We find no report with this code. Please compare it letter by letter with what you wrote down.")
            return self.ask(error=error, challenge=self._over(step=1), status=422)
        return self._show(report, receipt, MessageForm(initial={"text": post.get("text", "")}))

    def _over(self, *, step: int) -> bool:
        return over_limit(self.request, scope="receipt", limit=WRONG_RECEIPTS, window=WRONG_RECEIPTS_WINDOW, step=step)

    def _act(self) -> HttpResponse:
        state = self.request.POST[CASE]
        try:
            opened = open_state(state, purpose=CASE)
        except (StateExpired, StateInvalid):
            return self.ask(notice=_("For your safety one can send from this page for two hours only. Please enter your code again."), status=422)  # fmt: skip
        try:
            report = selectors.find_case(opened["receipt"])
            if report is None:
                return self.ask(error=_("This report is no longer kept."), status=422)
            return self._do(report, opened["receipt"], UUID(opened["row"]), state)
        except DATABASE_ERRORS:
            act, text = self.request.POST.get("act", ""), self.request.POST.get("text", "")
            context = {
                "case": state,
                "child": is_child(self.request),
                "act": act,
                "form": MessageForm(initial={"text": text}),
                "form_token": self.form_token(),
            }
            response = render(self.request, "public/hotline/report/case_unavailable.html", context, status=503)
            response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
            return response

    def _do(self, report: Report, receipt: str, row: UUID, state: str) -> HttpResponse:
        post, now = self.request.POST, timezone.now()
        if post.get("act") == "withdraw":
            services.withdraw_contact(report=report, now=now)
            return self._show(report, receipt, MessageForm(), said=_("Your contact has been erased."))
        if post.get("act") != "message":
            return self._show(report, receipt, MessageForm(initial={"text": post.get("text", "")}))
        form = MessageForm(post)
        if not form.is_valid():
            return self._show(report, receipt, form, status=422)
        over = over_limit(self.request, scope="message", limit=MESSAGES_PER_HOUR, window=3600)
        if over and not verify_challenge(post, bound_to=state):
            return self._show(report, receipt, form, ask=True)
        try:
            services.add_reporter_message(report=report, text=form.cleaned_data["text"], row=row, now=now)
        except services.TooManyMessages:
            form.add_error("text", _("This case holds as many messages as it can. Please make a new report."))
            return self._show(report, receipt, form, status=422)
        # The message may have reopened the report.
        report.refresh_from_db()
        return self._show(report, receipt, MessageForm(), said=_("Your message has arrived."))

    def _show(
        self,
        report: Report,
        receipt: str,
        form: MessageForm,
        *,
        said: str = "",
        ask: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        # The UUID of the next message is set here, so that a message sent twice is stored once.
        state = seal_state({"receipt": receipt, "row": str(uuid4())}, purpose=CASE)
        events, thread = selectors.reporter_events(report, timezone.now()), selectors.open_thread(report, receipt)
        context = {
            "kind": CATEGORY_TEXTS[Category.OTHER if report.category_assumed else report.category],
            "events": events,
            "thread": thread,
            "child": is_child(self.request),
            "lacks_address": not (report.locations or events[0].is_end or any(message.mine for message in thread)),
            "needs_help_lines": report.danger_now or events[0].phrase.needs_help_lines,
            "has_contact": selectors.has_contact(report),
            "form": form,
            "said": said,
            "case": state,
            "challenge": new_challenge(bound_to=state) if ask else None,
            "form_token": self.form_token(),
        }
        return render(self.request, "public/hotline/report/case.html", context, status=status)


def _bond(token: str) -> str:
    return f"receipt {token}"
