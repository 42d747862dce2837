"""Admin of triage rules, for supervisors."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.permissions import RolePermissionsMixin
from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.models import TriageRule
from hotline.triage.rules import services
from hotline.triage.rules.forms import RuleForm, preview_text


class TriageRuleAdmin(ReadOnlyAdmin):
    """Rules cannot be deleted, because cases refer to them. They are made inactive."""

    form = RuleForm
    list_display = ["value_evidence", "kind", "set_host", "do_not_fetch", "raise_priority", "note", "active", "author"]
    list_filter = ["active", "kind"]
    list_select_related = ["author"]
    fields = ["kind", "value", "set_host", "do_not_fetch", "raise_priority", "note", "active", "confirmed"]
    has_add_permission = RolePermissionsMixin.has_add_permission
    has_change_permission = RolePermissionsMixin.has_change_permission

    @admin.display(description=_("value"), ordering="value")
    def value_evidence(self, rule: TriageRule) -> str:
        return format_html('<span class="evidence" translate="no">{}</span>', rule.value)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Use an own title. Django's "Add ..." cannot be declined in Serbian."""
        return super().add_view(request, form_url, {"title": gettext("New rule"), **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: models.Model, form: "forms.ModelForm[Any]", change: bool) -> None:
        """Save the rule, and show which addresses it matches."""
        services.save_rule(rule=cast(TriageRule, obj), actor=cast(User, request.user), now=timezone.now())
        found = cast(RuleForm, form).found
        if found:
            messages.info(request, preview_text(found))
