"""Admin pages of partners and their API keys, for supervisors."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from clicksafely.accounts.models import User
from clicksafely.common.fields import PlainLineField
from clicksafely.common.permissions import RolePermissionsMixin
from clicksafely.common.serbian.alphabet import PageOrder
from clicksafely.common.staff.lists import ReadOnlyAdmin
from clicksafely.common.staff.pages import ActionPage, FormPage
from hotline.intake.api import partner_services, selectors
from hotline.intake.api.webhooks import selectors as webhook_selectors
from hotline.intake.api.webhooks.urls import urlpatterns as webhook_urls
from hotline.intake.api.webhooks.views import partner_url
from hotline.models import Partner, PartnerKey
from hotline.permissions import CHANGE_PARTNER


class KeyForm(forms.Form):
    """The purpose of a new key."""

    label = PlainLineField(
        max_length=60,
        label=gettext_lazy("Purpose of the key"),
        help_text=gettext_lazy("For example the name of the program or machine that will use it."),
    )


class CreateKey(FormPage[Partner, KeyForm]):
    """Create a key and show it once."""

    permissions = (CHANGE_PARTNER,)
    template_name = "staff/hotline/partners/create_key.html"
    title = gettext_lazy("Create key")
    form_class = KeyForm

    def get_object(self) -> Partner:
        return get_object_or_404(Partner, pk=self.kwargs["partner_id"])

    def get_url(self) -> str:
        return partner_url(self.object)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "partner": self.object, "partner_url": self.get_url()}

    def save(self, form: KeyForm) -> HttpResponse:
        label = form.cleaned_data["label"]
        key = partner_services.make_key(partner=self.object, label=label, actor=self.user, now=self.now)
        return self.render(key=key, title=_("The key is made"))


class RevokeKey(ActionPage[PartnerKey]):
    """Confirm (GET) and revoke (POST) a key."""

    permissions = (CHANGE_PARTNER,)
    template_name = "staff/hotline/partners/revoke_key.html"
    title = gettext_lazy("Revoke a key")

    def get_object(self) -> PartnerKey:
        keys = PartnerKey.objects.select_related("partner")
        return get_object_or_404(keys, pk=self.kwargs["key_id"], partner=self.kwargs["partner_id"])

    def get_url(self) -> str:
        return partner_url(self.object.partner)

    def get_context(self) -> dict[str, Any]:
        return {"key": self.object, "partner": self.object.partner, "partner_url": self.get_url()}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render()

    def perform(self) -> None:
        if partner_services.revoke_key(key=self.object, actor=self.user, now=self.now):
            messages.success(self.request, _("The key is revoked. It no longer works."))
        else:
            messages.warning(self.request, _("This key was already revoked."))


class PartnerAdmin(ReadOnlyAdmin):
    """Partners cannot be deleted, because reports and audit events refer to them. They are made inactive."""

    has_plain_name = True
    change_form_template = "staff/hotline/partners/change_form.html"
    list_display = ["name", "active", "reports_per_hour", "webhook_state", "created_at"]
    list_select_related = ["webhook"]
    list_filter = ["active"]
    fields = ["name", "contact", "active", "reports_per_hour"]
    ordering = [PageOrder("name"), "id"]
    has_add_permission = RolePermissionsMixin.has_add_permission
    has_change_permission = RolePermissionsMixin.has_change_permission

    @admin.display(description=gettext_lazy("webhook"))
    def webhook_state(self, partner: Partner) -> str:
        webhook = getattr(partner, "webhook", None)
        if webhook is None:
            return ""
        return str(webhook.get_stop_display() or webhook.get_error_display() or pgettext("webhook", "in use"))

    def get_urls(self) -> list[URLPattern]:
        """Add the pages for API keys and the webhook."""
        own = [
            path("<int:partner_id>/make-key/", CreateKey.as_view(), name="hotline-create-partner-key"),
            path("<int:partner_id>/revoke-key/<int:key_id>/", RevokeKey.as_view(), name="hotline-revoke-partner-key"),
            *webhook_urls,
        ]
        return [*own, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: models.Model, form: "forms.ModelForm[Any]", change: bool) -> None:
        partner_services.save_partner(partner=cast(Partner, obj), actor=cast(User, request.user), now=timezone.now())

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Use an own title. Django's "Add ..." cannot be declined in Serbian."""
        return super().add_view(request, form_url, {"title": _("New reporting partner"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Add the partner's keys and webhook to the page."""
        partner = Partner.objects.filter(pk=int(object_id[:18])).first() if object_id.isdecimal() else None
        more: dict[str, Any] = {}
        if partner:
            webhook = webhook_selectors.webhook_of(partner)
            log = webhook_selectors.recent_messages(webhook) if webhook else []
            keys = selectors.keys_of(partner)
            more = {"keys": keys, "webhook": webhook, "webhook_log": log, "title": _("Reporting partner")}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})
