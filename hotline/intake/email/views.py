"""Staff pages of messages that did not become reports."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage
from hotline.intake.email import unprocessed
from hotline.intake.email.labels import kept_until, reason_in_words
from hotline.models import IncomingMail, MailKind, MailState
from hotline.permissions import HANDLE_MAIL


class ResultForm(forms.Form):
    """The result for a message; the service checks it."""

    state = forms.ChoiceField(
        label=_("After reading"),
        choices=[(state.value, state.label) for state in (MailState.NOTHING, MailState.REPORTED)],
        widget=forms.RadioSelect,
        error_messages={"required": unprocessed.CHOOSE_RESULT, "invalid_choice": unprocessed.CHOOSE_RESULT},
    )
    reference = forms.CharField(
        label=_("Number of the report that you entered"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "NP-2026-000042", "autocomplete": "off"}),
    )


class MailDetail(DetailPage[IncomingMail]):
    """A message without its sealed content. A message that became a report redirects to its case."""

    permissions = ("hotline.view_incomingmail",)
    template_name = "staff/hotline/email/message.html"

    def get_object(self) -> IncomingMail:
        mails = IncomingMail.objects.select_related("report", "handled_by")
        return get_object_or_404(mails, pk=self.kwargs["mail_id"])

    def get_url(self) -> str:
        return reverse("admin:hotline_incomingmail_change", args=[self.object.pk])

    def get_title(self) -> str:
        return str(self.object)

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "mail": self.object,
            "why": reason_in_words(self.object.reason),
            "kept_until": kept_until(self.object),
            "may_handle": has_role_permission(self.user, HANDLE_MAIL),
            "waits": self.object.state == MailState.OPEN,
            "form": ResultForm(),
        }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.object.kind == MailKind.REPORT:
            return redirect("admin:hotline-case", self.object.report_id)
        return super().get(request, **kwargs)


class OpenMail(ActionPage[IncomingMail], MailDetail):
    """Show the decrypted message in this response. The access is logged."""

    permissions = (HANDLE_MAIL,)

    def perform(self) -> HttpResponse:
        if self.object.sealed is None:
            return redirect(self.get_url())
        return self.render(decrypted_mail=unprocessed.open_mail(mail=self.object, actor=self.user, now=self.now))


class HandleMail(FormPage[IncomingMail, ResultForm], MailDetail):
    """Record the result for the message."""

    permissions = (HANDLE_MAIL,)
    form_class = ResultForm
    success_message = _("The result for this message is recorded.")

    def save(self, form: ResultForm) -> None:
        unprocessed.handle_mail(mail_id=self.object.pk, **form.cleaned_data, actor=self.user, now=self.now)

    def get_success_url(self) -> str:
        return reverse("admin:hotline_incomingmail_changelist", query={"state__exact": MailState.OPEN.value})
