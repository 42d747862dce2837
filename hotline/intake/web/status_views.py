"""Views of the reporter's status page and dialogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views import View

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, open_state, seal_state
from clicksafely.common.files.image_uploads import REFUSAL_MESSAGES
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import TOKEN_FIELD
from clicksafely.common.http.middleware import DATABASE_ERRORS, RETRY_AFTER_SECONDS
from clicksafely.common.http.proof_of_work import new_challenge, verify_challenge
from hotline.categories import CATEGORIES, OTHER
from hotline.intake import selectors, services
from hotline.intake.web.draft_ids import LeavableFormMixin
from hotline.intake.web.draft_uploads import (
    DraftUploads,
    TooManyForms,
    missing_pictures_message,
    too_many_pictures_message,
)
from hotline.intake.web.forms import ContactForm, MessageForm, StatusForm, receipt_problem
from hotline.intake.web.report_draft import DraftPicture, seal_pictures
from hotline.intake.web.steps import SHOW, step_links
from hotline.intake.web.views import SeeOther, is_child
from hotline.models import Channel, Report
from hotline.outbox import queue

CASE = "case"


def guesses_receipts(request: HttpRequest, *, step: int) -> bool:
    """Return whether a network has entered too many wrong codes, on the pages of a case and of complaints together.

    `step` is 1 to count another one, 0 to ask.
    """
    return limits.WRONG_RECEIPTS.is_over(request, step=step)


@dataclass(frozen=True)
class OpenCase:
    """A case that the receipt opened. `row` is the UUID of its next message, `state` the encrypted token of the page."""

    report: Report
    receipt: str
    row: UUID
    state: str


class StatusPage(LeavableFormMixin, View):
    """The receipt form that both views share."""

    form_purpose = "status"

    def expired_form(self, request: HttpRequest) -> HttpResponse:
        """Ask for the receipt again. A message that was not sent stays on the page."""
        return self._ask_after_expiry()

    def ask(
        self, *, error: str = "", notice: str = "", challenge: bool = False, unsolved: bool = False, status: int = 200
    ) -> HttpResponse:
        """Render the receipt form. What was typed stays on the page, a message too. `unsolved`: a challenge was not solved."""
        token, post = self.form_token(), self.request.POST
        child = is_child(self.request)
        context = {
            "form": StatusForm(
                typed=post.get("receipt", ""), unsent_text=post.get("text", ""), error=error, child=child
            ),
            "child": child,
            "notice": notice,
            "challenge": new_challenge(bound_to=_bond(token), refused=self.request if unsolved else None)
            if challenge
            else None,
            "form_token": token,
            "button": SHOW,
            "step_links": step_links("report-case", child=child),
        }
        return render(self.request, "public/hotline/report/status.html", context, status=status)

    def _ask_after_expiry(self) -> HttpResponse:
        notice = (
            pgettext("to a child", "For your safety, this page is open for two hours only. Enter your code again.")
            if is_child(self.request)
            else _("For your safety, this page accepts messages for two hours only. Please enter your code again.")
        )
        return self.ask(notice=notice, status=422)


class StatusView(StatusPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.ask()


class CaseView(StatusPage):
    """Shows a case to the reporter, identified by the receipt, and accepts messages, pictures and another contact."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the receipt form in the same wording, because URLs never contain the receipt."""
        return SeeOther(reverse("report-status") + ("?about=me" if is_child(request) else ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open a case, or perform an action on an open one.

        The button SHOW leads to the receipt form in another language or wording, with everything that was typed.
        """
        if CASE in request.POST:
            return self._act()
        if SHOW in request.POST:
            return self.ask(challenge=guesses_receipts(request, step=0))
        return self._open()

    def _open(self) -> HttpResponse:
        post, child = self.request.POST, is_child(self.request)
        typed = post.get("receipt", "")
        if problem := receipt_problem(typed, child=child):
            # Not a guess: it is not counted and no report is looked up.
            return self.ask(error=problem, challenge=guesses_receipts(self.request, step=0), status=422)
        if guesses_receipts(self.request, step=0) and not verify_challenge(
            self.request, bound_to=_bond(post.get(TOKEN_FIELD, ""))
        ):
            return self.ask(
                notice=_("Please do the small task first, then we will search again."),
                challenge=True,
                unsolved=True,
                status=422,
            )
        receipt = receipts.normalise_receipt(typed)
        report = selectors.find_case(receipt)
        if receipt is None or report is None:
            error = (
                pgettext(
                    "to a child", "No report has this code. Check it letter by letter against what you wrote down."
                )
                if child
                else _("No report has this code. Check it letter by letter against what you wrote down.")
            )
            return self.ask(error=error, challenge=guesses_receipts(self.request, step=1), status=422)
        return self._show(OpenCase(report, receipt, uuid4(), ""), self._message_form(report, text=post.get("text", "")))

    def _act(self) -> HttpResponse:
        state = self.request.POST[CASE]
        try:
            content = open_state(state, purpose=CASE)
        except (StateExpired, StateInvalid):
            return self._ask_after_expiry()
        try:
            report = selectors.find_case(content["receipt"])
            if report is None:
                return self.ask(error=_("This report is no longer kept."), status=422)
            return self._do(OpenCase(report, content["receipt"], UUID(content["row"]), state))
        except DATABASE_ERRORS:
            return self._unavailable(state, takes_pictures=content.get("takes_pictures", False))

    def _unavailable(self, state: str, *, takes_pictures: bool) -> HttpResponse:
        """Render the page for repeating the act. Pictures sent with it must be chosen again."""
        post, child = self.request.POST, is_child(self.request)
        box = DraftUploads(self.request)
        form = MessageForm(
            post, stored_pictures=box.stored_pictures, takes_pictures=takes_pictures, child=child, is_draft=True
        )
        if self.request.FILES and takes_pictures:
            form.add_error(
                "images",
                _("Pictures cannot be stored right now. Choose them again and press the button in a few seconds."),
            )
        context = {
            "case": state,
            "child": child,
            "act": post.get("act", ""),
            "form": form,
            "contact": post.get("contact", ""),
            "sealed_pictures": seal_pictures(box.stored_pictures) if box.stored_pictures else "",
            "form_token": self.form_token(),
        }
        response = render(self.request, "public/hotline/report/case_unavailable.html", context, status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response

    def _do(self, case: OpenCase) -> HttpResponse:
        act, report, now = self.request.POST.get("act"), case.report, timezone.now()
        if act == "withdraw":
            services.withdraw_contact(report=report, now=now)
            return self._write(case, is_draft=True, success_message=_("The contact has been erased."))
        if act == "contact":
            return self._change_contact(case)
        if act == "message" and selectors.is_message_stored(report, case.row):
            # Sent twice, for example by a double click.
            return self._show(case, self._message_form(report), success_message=_("Your message has arrived."))
        return self._write(case, is_draft=act != "message")

    def _change_contact(self, case: OpenCase) -> HttpResponse:
        form = ContactForm(self.request.POST)
        if case.report.channel == Channel.EMAIL or not form.is_valid():
            return self._write(case, is_draft=True, contact_form=form, status=422)
        services.change_contact(report=case.report, contact=form.cleaned_data["contact"], now=timezone.now())
        success_message = _("The new contact has been saved.")
        return self._write(case, is_draft=True, contact_form=ContactForm(), success_message=success_message)

    def _write(self, case: OpenCase, *, is_draft: bool, status: int = 200, **shown: Any) -> HttpResponse:
        """Send the message, or keep it and its pictures on the page. `shown` are further arguments of `_show`."""
        request, report, now = self.request, case.report, timezone.now()
        box = DraftUploads(request)
        form = self._message_form(
            report, request.POST, request.FILES, stored_pictures=box.stored_pictures, is_draft=is_draft
        )
        form.full_clean()
        if report.takes_pictures:
            try:
                box.settle(form, now=now)
            except TooManyForms:
                form.add_error("images", too_many_pictures_message())
                return self._show(
                    case, form, stored_pictures=box.stored_pictures, ask_for="sealed_pictures", status=422, **shown
                )
        elif request.FILES:
            form.add_error(None, REFUSAL_MESSAGES["not-here"])
        if form.errors:
            return self._show(case, form, stored_pictures=box.stored_pictures, status=422, **shown)
        if is_draft:
            return self._show(case, form, stored_pictures=box.stored_pictures, status=status, **shown)
        over = limits.MESSAGES.is_over(request)
        if over and not verify_challenge(request, bound_to=case.state):
            return self._show(case, form, stored_pictures=box.stored_pictures, ask_for="case")
        try:
            services.add_reporter_message(
                report=report,
                text=form.cleaned_data["text"],
                row=case.row,
                now=now,
                receipt=case.receipt,
                uploads=[UUID(picture.id) for picture in box.stored_pictures] if report.takes_pictures else [],
            )
        except services.TooManyMessages:
            form.add_error(
                "text",
                pgettext("to a child", "This report cannot take more messages. Send a new report.")
                if self._is_child(report)
                else _("This report cannot take more messages. Please submit a new report."),
            )
        except services.TooManyPictures:
            form.add_error("images", _("This report cannot take more pictures. Without them, the message can be sent."))
        except services.PicturesMissing:
            box.stored_pictures.clear()
            form.add_error("images", missing_pictures_message())
        if form.errors:
            return self._show(case, form, stored_pictures=box.stored_pictures, status=422)
        # The message may have reopened the report.
        report.refresh_from_db()
        return self._show(case, self._message_form(report), success_message=_("Your message has arrived."))

    def _is_child(self, report: Report) -> bool:
        return report.in_child_words or is_child(self.request)

    def _message_form(
        self,
        report: Report,
        *data: Any,
        text: str = "",
        stored_pictures: Sequence[DraftPicture] = (),
        is_draft: bool = False,
    ) -> MessageForm:
        return MessageForm(
            *data,
            initial={"text": text},
            stored_pictures=stored_pictures,
            takes_pictures=report.takes_pictures,
            child=self._is_child(report),
            is_draft=is_draft,
        )

    def _show(
        self,
        case: OpenCase,
        form: MessageForm,
        *,
        contact_form: ContactForm | None = None,
        stored_pictures: Sequence[DraftPicture] = (),
        success_message: str = "",
        ask_for: Literal["", "case", "sealed_pictures"] = "",
        status: int = 200,
    ) -> HttpResponse:
        """Render the case. `stored_pictures` are pictures of the unsent message; `ask_for` names the token that a challenge is bound to.

        Without `contact_form` a contact that was typed and not saved stays on the page.
        """
        report, now, child = case.report, timezone.now(), self._is_child(case.report)
        contact_form = contact_form or ContactForm(initial={"contact": self.request.POST.get("contact", "")})
        # The UUID of the next message is set here, so that a message sent twice is stored once.
        content = {"receipt": case.receipt, "row": str(uuid4()), "takes_pictures": report.takes_pictures}
        tokens = {
            "case": seal_state(content, purpose=CASE),
            "sealed_pictures": seal_pictures(list(stored_pictures))
            if stored_pictures or ask_for == "sealed_pictures"
            else "",
        }
        pictures = selectors.picture_states(report)
        events, thread = selectors.reporter_events(report, now), selectors.open_thread(report, case.receipt, pictures)
        has_contact = selectors.has_contact(report)
        context = {
            "kind": OTHER if report.category_assumed else CATEGORIES[report.category],
            "events": events,
            "next_date": selectors.next_date(events[0], now, urgent=report.is_reported_urgent),
            "thread": thread,
            "child": child,
            "lacks_address": not (
                events[0].is_end or any(message.mine for message in thread) or selectors.has_address(report)
            ),
            "danger": report.danger_now,
            "needs_help_lines": child or report.needs_help_lines or events[0].phrase.needs_help_lines,
            "has_contact": has_contact,
            "is_contact_refused": has_contact and queue.is_contact_refused(report=report),
            "contact_form": None if report.channel == Channel.EMAIL else contact_form,
            "pictures": pictures.get(None, []),
            "takes_pictures": report.takes_pictures,
            "form": form,
            "success_message": success_message,
            **tokens,
            "challenge": new_challenge(bound_to=tokens[ask_for], refused=self.request) if ask_for else None,
            "form_token": self.form_token(),
            "button": SHOW,
            "step_links": step_links("report-case", child=child),
        }
        return render(self.request, "public/hotline/report/case.html", context, status=status)


def _bond(token: str) -> str:
    return f"receipt {token}"
