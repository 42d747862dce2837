"""Staff views of messages that did not become reports."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.site import staff_view
from hotline.intake.email import unprocessed
from hotline.intake.email.labels import kept_until, reason_in_words
from hotline.lifecycle.exceptions import CaseError
from hotline.models import IncomingMail, MailKind, MailState
from hotline.permissions import HANDLE_MAIL
from hotline.review.exceptions import InvalidAnswers
from hotline.review.views import SeeOther, acting_user


def mail_page(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show a message. A message that became a report redirects to its case. The admin checks the permission."""
    mail = find_mail(mail_id)
    if mail.kind == MailKind.REPORT:
        return redirect("admin:hotline-case", mail.report_id)
    return _show(request, mail)


@staff_view(HANDLE_MAIL)
@require_http_methods(["GET", "HEAD", "POST"])
def open_mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show the decrypted message in this response. The access is logged."""
    mail = find_mail(mail_id)
    if request.method != "POST" or mail.sealed is None:
        return _look(mail)
    try:
        opened = unprocessed.open_mail(mail=mail, actor=acting_user(request), now=timezone.now())
    except SealError:
        refusal = _("This cannot be opened here: the key or the file is missing. Tell whoever runs the system.")
        return _show(request, mail, refusal_text=refusal)
    return _show(request, mail, opened=opened)


@staff_view(HANDLE_MAIL)
@require_http_methods(["GET", "HEAD", "POST"])
def handle_mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Record the result for the message."""
    mail = find_mail(mail_id)
    if request.method != "POST":
        return _look(mail)
    typed = {"state": request.POST.get("state", ""), "reference": request.POST.get("reference", "")}
    try:
        unprocessed.handle_mail(mail_id=mail.pk, **typed, actor=acting_user(request), now=timezone.now())
    except InvalidAnswers as error:
        return _show(request, mail, typed=typed, field_errors=error.fields, refusal_text=error.message)
    except CaseError as error:
        return _show(request, find_mail(mail_id), typed=typed, refusal_text=error.message)
    messages.success(request, _("What became of the message is recorded."))
    return redirect(reverse("admin:hotline_incomingmail_changelist", query={"state__exact": MailState.OPEN.value}))


def find_mail(mail_id: int) -> IncomingMail:
    """Return the message, or raise Http404."""
    return get_object_or_404(IncomingMail.objects.select_related("report", "handled_by"), pk=mail_id)


def _look(mail: IncomingMail) -> HttpResponse:
    return SeeOther(reverse("admin:hotline_incomingmail_change", args=[mail.pk]))


def _show(request: HttpRequest, mail: IncomingMail, **shown: Any) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": str(mail),
        "mail": mail,
        "why": reason_in_words(mail.reason),
        "kept_until": kept_until(mail),
        "may_handle": has_role_permission(request.user, HANDLE_MAIL),
        "waits": mail.state == MailState.OPEN,
        "choices": [(state.value, state.label) for state in (MailState.NOTHING, MailState.REPORTED)],
        **shown,
    }
    status = 422 if shown.get("refusal_text") else 200
    return render(request, "staff/hotline/email/entry.html", context, status=status)
