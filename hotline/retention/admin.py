"""Retention in the staff site: rules for supervisors, holds to look at, and what will be erased."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.staff.lists import FixedOrderChangeList, ReadOnlyAdmin, StaffModelAdmin
from clicksafely.common.staff.site import StaffSite
from hotline.models import LegalHold, RetentionRule
from hotline.retention import services
from hotline.retention.forms import RetentionRuleForm
from hotline.retention.urls import urlpatterns

cast(StaffSite, admin.site).add_pages(urlpatterns)


@admin.register(RetentionRule)
class RetentionRuleAdmin(StaffModelAdmin):
    """Saves through the services, so that the audit knows; a small table in its own order."""

    form = RetentionRuleForm
    list_display = ["part", "of_category", "of_state", "police", "days"]
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    list_per_page = 100
    actions = None

    @admin.display(description=_("category"))
    def of_category(self, rule: RetentionRule) -> str:
        return rule.get_category_display() if rule.category else str(_("any"))

    @admin.display(description=_("ended as"))
    def of_state(self, rule: RetentionRule) -> str:
        return rule.get_state_display() if rule.state else str(_("any"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FixedOrderChangeList]:
        return FixedOrderChangeList

    def has_delete_permission(self, request: HttpRequest, obj: RetentionRule | None = None) -> bool:
        """Not for a general rule, without which a part would be kept for ever."""
        return super().has_delete_permission(request, obj) and not (obj and obj.is_general)

    def save_model(self, request: HttpRequest, obj: RetentionRule, form: Any, change: bool) -> None:
        services.save_rule(rule=obj, actor=cast(User, request.user), now=timezone.now(), changed=form.changed_data)

    def delete_model(self, request: HttpRequest, obj: RetentionRule) -> None:
        services.remove_rule(rule=obj, actor=cast(User, request.user), now=timezone.now())


@admin.register(LegalHold)
class LegalHoldAdmin(ReadOnlyAdmin):
    list_display = ["case", "reason", "set_by", "set_at", "released_by", "released_at"]
    list_display_links = None
    list_filter = [("released_at", admin.EmptyFieldListFilter), "reason"]
    list_select_related = ["report", "set_by", "released_by"]
    fields = ["case", "reason", "set_by", "set_at", "released_by", "released_at"]

    @admin.display(description=_("case"))
    def case(self, hold: LegalHold) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:hotline-case", args=[hold.report_id]), hold.report.reference
        )
