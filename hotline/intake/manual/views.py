"""Staff views for entering a report. The response shows the receipt once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from clicksafely.common.crypto import receipts
from clicksafely.common.http.cookieless_forms import StateExpired, StateInvalid, open_state, seal_state
from clicksafely.common.serbian.scripts import to_latin
from clicksafely.common.staff.site import acting_user, staff_view
from hotline.intake.manual.form_texts import spell_out
from hotline.intake.manual.forms import EnterForm
from hotline.intake.manual.services import FormAlreadyUsed, digest_of, enter_report
from hotline.intake.manual.session_draft import PURPOSE, pop_draft, save_draft
from hotline.models import Report
from hotline.permissions import ENTER_REPORT

LATIN = "sr-latn"
# BCP 47 tags, for browsers and screen readers.
TAGS = {"sr": "sr-Cyrl", LATIN: "sr-Latn", "en": "en"}


@dataclass(frozen=True)
class ReceiptSheet:
    """Texts of the receipt sheet.

    `tag` is a BCP 47 tag, `before` and `after` surround the receipt, `address` is the status page.
    """

    tag: str
    before: str
    after: str
    address: str


def receipt_sheet(*, language: str, site: str) -> ReceiptSheet:
    """Return the texts for a code of LANGUAGES. `site` is the URL of the public site."""
    with override("en" if language == "en" else "sr"):
        before = _(
            "Thank you for your report to Net Patrola. This is your code. You cannot open your report without "
            "it. Keep it in a place that only you know:"
        )
        after = _("With the code you can follow your report and write to us at this address:")
    if language == LATIN:
        before, after = to_latin(before), to_latin(after)
    return ReceiptSheet(TAGS[language], before, after, f"{site.rstrip('/')}/{language}/report/status/")


ADDRESS = "admin:hotline-enter-report"


def preserves_draft(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Save a form that is posted after its session expired, and restore it after signing in."""

    @wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and not admin.site.has_permission(request):
            save_draft(request)
            return redirect_to_login(reverse(ADDRESS), reverse("admin:login"))
        return view(request)

    return page


@preserves_draft
@staff_view(ENTER_REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Show the form. A valid POST shows the receipt."""
    if request.method == "POST":
        return _enter(request)
    typed = pop_draft(request)
    if typed is None:
        return _form(request, EnterForm(now=timezone.now()))
    # As typed: the date may be wrong.
    typed["received_on"] = [typed.get(f"received_on_{part}", "") for part in (0, 1)]
    notice = _("You had to sign in again. Your entries are still here. Check them and enter the report.")
    return _form(request, EnterForm(now=timezone.now(), initial=typed), state=typed.get("state", ""), notice=notice)


def _enter(request: HttpRequest) -> HttpResponse:
    token, now = request.POST.get("state", ""), timezone.now()
    form = EnterForm(request.POST, now=now)
    try:
        receipt: str = open_state(token, purpose=PURPOSE)["receipt"]
    except StateExpired:
        earlier_report = _entered_before(form, token)
        if earlier_report:
            return _page(request, "already_submitted", {"report": earlier_report}, status=410)
        return _form(
            request,
            form,
            notice=_(
                "This form was open for more than two hours. It has been renewed with everything you typed. Send it again."
            ),
            status=422,
        )
    except StateInvalid:
        return _form(
            request,
            form,
            notice=_(
                "The form arrived incomplete, so the report was not entered. Check your entries and send it again."
            ),
            status=422,
        )
    if not form.is_valid():
        return _form(request, form, state=token, status=422)
    draft = form.draft(receipt=receipt)
    try:
        report = enter_report(
            draft=draft,
            channel=form.chosen_channel,
            received_on=form.cleaned_data["received_on"],
            token=token,
            actor=acting_user(request),
            now=now,
        )
    except FormAlreadyUsed as used:
        return _form(request, form, used=used.report, status=422)
    groups = receipts.format_receipt(receipt).split("-")
    context = {
        "report": report,
        "groups": groups,
        "spelling": [spell_out(group) for group in groups],
        "letter": receipt_sheet(language=draft.language, site=settings.SITE_URL or request.build_absolute_uri("/")),
        "unreadable": form.extraction.unreadable,
        "among_words": [found.location for found in draft.found()],
        "lacks_address": not draft.locations,
        "danger_now": draft.danger_now,
    }
    return _page(request, "receipt", context)


def _entered_before(form: EnterForm, token: str) -> Report | None:
    """Return the report that an expired form was stored as. Its receipt cannot be shown any more."""
    if not form.is_valid():
        return None
    details: dict[str, Any] = {"channel": form.chosen_channel, "received_on": form.cleaned_data["received_on"]}
    digest = digest_of(token=token, draft=form.draft(receipt=""), **details)
    return Report.objects.filter(state_digest=digest).first()


def _form(
    request: HttpRequest,
    form: EnterForm,
    *,
    state: str = "",
    notice: str = "",
    used: Report | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "state": state or _new_state(), "notice": notice, "used": used}
    if form.errors:
        context["title"] = f"{_('Please check')}: {_('Enter a report')}"
    return _page(request, "form", context, status=status)


def _new_state() -> str:
    """Return a form token with the receipt of the future report."""
    return seal_state({"receipt": receipts.generate_code()}, purpose=PURPOSE)


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    titles = {
        "form": _("Enter a report"),
        "receipt": _("The report is entered"),
        "already_submitted": _("Already entered"),
    }
    context = {**admin.site.each_context(request), "title": titles[name], **context}
    return render(request, f"staff/hotline/manual/{name}.html", context, status=status)
