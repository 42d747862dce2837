"""Admin of retention: rules for supervisors, legal holds and the schedule of erasure."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.staff.list_mixins import ShortListAdmin
from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.case_links import case_link
from hotline.models import LegalHold, RetentionRule
from hotline.retention import services
from hotline.retention.forms import RetentionRuleForm


class RetentionRuleAdmin(ShortListAdmin):
    """Saves through the services, for the audit trail."""

    form = RetentionRuleForm
    list_display = ["part", "of_category", "of_state", "police", "days"]

    @admin.display(description=_("category"))
    def of_category(self, rule: RetentionRule) -> str:
        return rule.get_category_display() if rule.category else str(_("any"))

    @admin.display(description=_("ended as"))
    def of_state(self, rule: RetentionRule) -> str:
        return rule.get_state_display() if rule.state else str(_("any"))

    def has_delete_permission(self, request: HttpRequest, obj: RetentionRule | None = None) -> bool:
        """Forbid deleting a general rule: without one the part would be kept indefinitely."""
        return super().has_delete_permission(request, obj) and not (obj and obj.is_general)

    def save_model(self, request: HttpRequest, obj: RetentionRule, form: Any, change: bool) -> None:
        services.save_rule(rule=obj, actor=cast(User, request.user), now=timezone.now(), changed=form.changed_data)

    def delete_model(self, request: HttpRequest, obj: RetentionRule) -> None:
        services.remove_rule(rule=obj, actor=cast(User, request.user), now=timezone.now())


class LegalHoldAdmin(ReadOnlyAdmin):
    empty_hint = _("A legal hold is set on the page of its case.")
    list_display = ["case", "reason", "set_by", "set_at", "released_by", "released_at"]
    list_display_links = None
    list_filter = [("released_at", admin.EmptyFieldListFilter), "reason"]
    list_select_related = ["report", "set_by", "released_by"]
    fields = ["case", "reason", "set_by", "set_at", "released_by", "released_at"]

    @admin.display(description=_("case"))
    def case(self, hold: LegalHold) -> str:
        return case_link(hold.report)
