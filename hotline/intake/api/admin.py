"""Admin pages of partners and their API keys, for supervisors."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clicksafely.accounts.models import User
from clicksafely.common.fields import PlainLineField
from clicksafely.common.permissions import RolePermissionsMixin, has_role_permission
from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.intake.api import partner_services, selectors
from hotline.models import Partner, PartnerKey

CHANGE = "hotline.change_partner"


class KeyForm(forms.Form):
    """The purpose of a new key."""

    label = PlainLineField(
        max_length=60,
        label=gettext_lazy("What is the key for?"),
        help_text=gettext_lazy("For example the name of the program or machine that will use it."),
    )


@admin.register(Partner)
class PartnerAdmin(ReadOnlyAdmin):
    """Partners cannot be deleted, because reports and audit events refer to them. They are made inactive."""

    change_form_template = "staff/hotline/partners/change_form.html"
    list_display = ["name", "active", "reports_per_hour", "made_at"]
    list_filter = ["active"]
    fields = ["name", "contact", "active", "reports_per_hour"]
    ordering = ["name"]
    has_add_permission = RolePermissionsMixin.has_add_permission
    has_change_permission = RolePermissionsMixin.has_change_permission

    def get_urls(self) -> list[URLPattern]:
        """Add the pages for API keys."""
        view = self.admin_site.admin_view
        own = [
            path("<int:partner_id>/make-key/", view(_make_key), name="hotline-create-partner-key"),
            path("<int:partner_id>/revoke-key/<int:key_id>/", view(_revoke_key), name="hotline-revoke-partner-key"),
        ]
        return [*own, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: models.Model, form: "forms.ModelForm[Any]", change: bool) -> None:
        partner_services.save_partner(partner=cast(Partner, obj), actor=_actor(request), now=timezone.now())

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Use an own title. Django's "Add ..." cannot be declined in Serbian."""
        return super().add_view(request, form_url, {"title": _("New reporting partner"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Add the partner's keys to the page."""
        partner = Partner.objects.filter(pk=int(object_id[:18])).first() if object_id.isdecimal() else None
        more = {"keys": selectors.keys_of(partner), "title": _("Reporting partner")} if partner else {}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})


@require_http_methods(["GET", "HEAD", "POST"])
def _make_key(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Create a key and show it once."""
    partner = _partner(request, partner_id)
    form = KeyForm(request.POST if request.method == "POST" else None)
    key = ""
    if form.is_valid():
        try:
            key = partner_services.make_key(
                partner=partner, label=form.cleaned_data["label"], actor=_actor(request), now=timezone.now()
            )
        except partner_services.LabelTaken:
            form.add_error(
                "label", _("There is a valid key for this already. Choose another name, or revoke that key first.")
            )
    status = 422 if form.is_bound and not key else 200
    return render(
        request, "staff/hotline/partners/make_key.html", _context(request, partner, form=form, key=key), status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def _revoke_key(request: HttpRequest, partner_id: int, key_id: int) -> HttpResponse:
    """Confirm (GET) and revoke (POST) a key."""
    partner = _partner(request, partner_id)
    key = get_object_or_404(PartnerKey.objects.select_related("partner"), pk=key_id, partner=partner)
    if request.method == "POST":
        if partner_services.revoke_key(key=key, actor=_actor(request), now=timezone.now()):
            messages.success(request, _("The key is revoked. From now on it is refused."))
        else:
            messages.warning(request, _("This key had been revoked already."))
        return HttpResponseRedirect(_page_of(partner))
    return render(request, "staff/hotline/partners/revoke_key.html", _context(request, partner, key=key))


def _partner(request: HttpRequest, partner_id: int) -> Partner:
    if not has_role_permission(request.user, CHANGE):
        raise PermissionDenied
    return get_object_or_404(Partner, pk=partner_id)


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def _page_of(partner: Partner) -> str:
    return reverse("admin:hotline_partner_change", args=[partner.pk])


def _context(request: HttpRequest, partner: Partner, **more: Any) -> dict[str, Any]:
    return {**admin.site.each_context(request), "partner": partner, "partner_page": _page_of(partner), **more}
