"""ICCAM reports in the staff site: a read-only list."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.case_links import case_link
from hotline.models import IccamReport
from hotline.referral.labels import referral_problem


class StuckFilter(admin.SimpleListFilter):
    """Failed reports, and reports that fail and are retried; both use an index."""

    title = _("exchange")
    parameter_name = "exchange"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("waiting")), ("given_up", _("unsuccessful"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[IccamReport]) -> QuerySet[IccamReport]:
        if self.value() == "given_up":
            return queryset.filter(given_up_at__isnull=False)
        return queryset.filter(due_at__isnull=False) if self.value() == "waiting" else queryset


class IccamReportAdmin(ReadOnlyAdmin):
    empty_hint = _("Cases exchanged with ICCAM appear here.")
    list_display = ["case", "origin", "iccam_id", "reference", "why", "attempts", "due_at", "exchanged_at"]
    list_display_links = None
    list_filter = [StuckFilter]
    list_select_related = ["report"]
    fields = [
        "case",
        "origin",
        "iccam_id",
        "reference",
        "created_at",
        "exchanged_at",
        "due_at",
        "attempts",
        "failing_since",
        "why",
        "given_up_at",
    ]

    @admin.display(description=_("case"))
    def case(self, row: IccamReport) -> str:
        return case_link(row.report)

    @admin.display(description=_("problem"))
    def why(self, row: IccamReport) -> str:
        return referral_problem(row.error)
