"""Staff pages of a partner's webhook: address and secret, test, off and on."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.alerts.selectors import webhook_hosts
from clicksafely.common.fields import PlainLineField
from clicksafely.common.http.webhooks import MAX_URL_LENGTH
from clicksafely.common.staff.pages import ActionPage, FormPage
from hotline.intake.api.webhooks import selectors, services
from hotline.models import Partner, PartnerWebhook, WebhookStop
from hotline.permissions import CHANGE_PARTNER


class WebhookForm(forms.Form):
    """The address of a webhook."""

    url = PlainLineField(
        max_length=MAX_URL_LENGTH,
        label=gettext_lazy("Address of the webhook"),
        help_text=gettext_lazy("The partner names it, for example https://hooks.example.org/net-patrola."),
    )


class SetWebhook(FormPage[Partner, WebhookForm]):
    """Set the address, and show the new secret once."""

    permissions = (CHANGE_PARTNER,)
    template_name = "staff/hotline/partners/set_webhook.html"
    title = gettext_lazy("Webhook")
    form_class = WebhookForm

    def get_object(self) -> Partner:
        return get_object_or_404(Partner.objects.select_related("webhook"), pk=self.kwargs["partner_id"])

    def get_url(self) -> str:
        return partner_url(self.object)

    def get_initial(self) -> dict[str, Any]:
        webhook = selectors.webhook_of(self.object)
        return {"url": webhook.url} if webhook else {}

    def get_context(self) -> dict[str, Any]:
        context = {"partner": self.object, "partner_url": self.get_url(), "hosts": webhook_hosts()}
        return {**super().get_context(), **context}

    def save(self, form: WebhookForm) -> HttpResponse:
        url = form.cleaned_data["url"]
        secret = services.set_webhook(partner=self.object, url=url, actor=self.user, now=self.now)
        return self.render(secret=secret, title=_("The webhook is set"))


class _WebhookAction(ActionPage[PartnerWebhook]):
    """An action on the webhook of a partner, shown on the partner's page."""

    permissions = (CHANGE_PARTNER,)

    def get_object(self) -> PartnerWebhook:
        webhook = selectors.webhook_of(get_object_or_404(Partner, pk=self.kwargs["partner_id"]))
        if webhook is None:
            raise Http404
        return webhook

    def get_url(self) -> str:
        return partner_url(self.object.partner)


class TestWebhook(_WebhookAction):
    """Queue a test message."""

    success_message = gettext_lazy(
        "A test message will be sent within half a minute. Load this page again to see the answer."
    )

    def perform(self) -> None:
        services.send_test(webhook=self.object, actor=self.user, now=self.now)


class StopWebhook(_WebhookAction):
    """Switch the webhook off."""

    def perform(self) -> None:
        if services.stop_webhook(webhook=self.object, stop=WebhookStop.STAFF, actor=self.user, now=self.now):
            messages.success(self.request, _("The webhook is switched off. The partner can still ask for the status."))
        else:
            messages.warning(self.request, _("The webhook was already switched off."))


class StartWebhook(_WebhookAction):
    """Switch the webhook on."""

    def perform(self) -> None:
        if services.start_webhook(webhook=self.object, actor=self.user, now=self.now):
            messages.success(
                self.request, _("The webhook is switched on. Changes since it was switched off will be sent.")
            )
        else:
            messages.warning(self.request, _("The webhook was already switched on."))


def partner_url(partner: Partner) -> str:
    """Return the URL of the form of a partner."""
    return reverse("admin:hotline_partner_change", args=[partner.pk])
