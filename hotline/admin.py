"""The hotline in the staff site: the desk's pages, and lists of reports and content items to look things up in."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clicksafely.common.lists import ReadOnlyAdmin
from clicksafely.common.permissions import has_duty
from clicksafely.common.staff import StaffSite
from hotline.hosting import admin as hosting_admin  # noqa: F401 - registers itself
from hotline.intake.api import admin as partner_admin  # noqa: F401 - registers itself
from hotline.intake.byhand import urls as byhand_urls
from hotline.intake.complaints import admin as complaints_admin  # noqa: F401 - registers itself
from hotline.intake.mail import admin as mail_admin  # noqa: F401 - registers itself
from hotline.models import ContentItem, Report
from hotline.monitoring import admin as monitoring_admin  # noqa: F401 - registers itself
from hotline.monitoring.retention import admin as retention_admin  # noqa: F401 - registers itself
from hotline.permissions import WORK_CASE
from hotline.post import admin as post_admin  # noqa: F401 - registers itself
from hotline.referral import admin as referral_admin  # noqa: F401 - registers itself
from hotline.referral.iccam import admin as iccam_admin  # noqa: F401 - registers itself
from hotline.referral.notices import admin as notices_admin  # noqa: F401 - registers itself
from hotline.referral.police import admin as police_admin  # noqa: F401 - registers itself
from hotline.referral.police import urls as police_urls
from hotline.review import closing
from hotline.review.urls import urlpatterns
from hotline.review.wording import host_as_read
from hotline.states import ReportState
from hotline.statistics import staff_urls as statistics_urls
from hotline.triage import urls as triage_urls
from hotline.triage.canonical import extract_locations
from hotline.triage.hashes import admin as hashes_admin  # noqa: F401 - registers itself
from hotline.triage.rules import admin as rules_admin  # noqa: F401 - registers itself

cast(StaffSite, admin.site).add_pages(urlpatterns, landing=(WORK_CASE, "admin:hotline-desk"))
cast(StaffSite, admin.site).add_pages([*triage_urls.urlpatterns, *byhand_urls.urlpatterns])
cast(StaffSite, admin.site).add_pages(police_urls.urlpatterns)
cast(StaffSite, admin.site).add_pages(statistics_urls.urlpatterns)


def _set_aside(state: ReportState, label: Any) -> Any:
    @admin.action(description=label, permissions=["work"])
    def action(model_admin: "ReportAdmin", request: HttpRequest, chosen: QuerySet[Report]) -> None:
        ids = list(chosen.values_list("pk", flat=True))
        result = closing.set_aside(report_ids=ids, state=state, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
        done, refused = len(result.done), len(result.refused)
        messages.success(request, ngettext("%(n)s case set aside.", "%(n)s cases set aside.", done) % {"n": done})
        if refused:
            text = ngettext(
                "%(n)s case was left: a colleague holds it, or it is decided.",
                "%(n)s cases were left: colleagues hold them, or they are decided.",
                refused,
            )
            messages.warning(request, text % {"n": refused})

    action.__name__ = f"set_aside_{state.value}"
    return action


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["reference", "category", "state", "queue", "priority", "received_at", "claimed_by", "outcome"]
    list_filter = ["state", "queue", "category", "danger_now", "has_news"]
    list_select_related = ["claimed_by"]
    search_help_text = _("Number of a report, for example NP-2026-000042 or 42")
    search_fields = ["id"]
    actions = [
        _set_aside(ReportState.DUPLICATE, _("Set aside as duplicates")),
        _set_aside(ReportState.SPAM, _("Set aside as spam")),
        _set_aside(ReportState.OUTSIDE_REMIT, _("Set aside as outside our remit")),
    ]

    @admin.display(description=_("report"), ordering="id")
    def reference(self, report: Report) -> str:
        return report.reference

    def has_work_permission(self, request: HttpRequest) -> bool:
        """Who may use the bulk actions."""
        return has_duty(request.user, WORK_CASE)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Report], search_term: str
    ) -> tuple[QuerySet[Report], bool]:
        """By number only: what reporters wrote is sealed and cannot be searched."""
        number = search_term.strip().rpartition("-")[2]
        if not search_term.strip():
            return queryset, False
        return (queryset.filter(pk=int(number[:18])) if number.isdecimal() else queryset.none()), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A report is looked at on the case screen."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:hotline-case", args=[object_id]))


@admin.register(ContentItem)
class ContentItemAdmin(ReadOnlyAdmin):
    list_display = ["canonical_evidence", "kind", "state", "outcome", "report_count", "first_reported_at"]
    list_filter = ["state", "outcome", "kind"]
    search_help_text = _("A whole canonical address, a host or a domain")
    search_fields = ["host"]
    fields = [
        "kind",
        "canonical_evidence",
        "host",
        "registrable_domain",
        "site_type",
        "state",
        "verdict",
        "outcome",
        "first_reported_at",
        "report_count",
    ]

    @admin.display(description=_("canonical location"))
    def canonical_evidence(self, item: ContentItem) -> str:
        read = host_as_read(item.host)
        beside = format_html('<span class="unicode-host">{}</span>', read) if read else ""
        return format_html('<span class="evidence" translate="no">{}{}</span>', item.canonical, beside)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The address stands among the fields, as evidence; the page's title would put it into the reader's script."""
        return super().change_view(request, object_id, form_url, {"subtitle": None, **(extra_context or {})})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ContentItem], search_term: str
    ) -> tuple[QuerySet[ContentItem], bool]:
        """Exact matches only, each by an index."""
        term = search_term.strip().lower()
        if not term:
            return queryset, False
        if "/" in term or ":" in term:
            digests = [location.digest for location in extract_locations(search_term).locations]
            return queryset.filter(digest__in=digests), False
        by_host = queryset.filter(host=term)
        return (by_host if by_host.exists() else queryset.filter(registrable_domain=term)), False
