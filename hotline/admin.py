"""The hotline in the staff site: the desk's pages, and lists of reports and content items to look things up in."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.filters import ChoicesFieldListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clicksafely.common.clock import database_now
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.lists import ReadOnlyAdmin
from clicksafely.common.staff.site import StaffSite
from hotline.availability import admin as monitoring_admin  # noqa: F401 - registers itself
from hotline.complaints import admin as complaints_admin  # noqa: F401 - registers itself
from hotline.hosting import admin as hosting_admin  # noqa: F401 - registers itself
from hotline.intake.api import admin as partner_admin  # noqa: F401 - registers itself
from hotline.intake.email import admin as mail_admin  # noqa: F401 - registers itself
from hotline.intake.manual import urls as byhand_urls
from hotline.lifecycle.closings import closings_to_check
from hotline.models import ContentItem, Report, ReportItem
from hotline.outbox import admin as post_admin  # noqa: F401 - registers itself
from hotline.permissions import WORK_CASE
from hotline.referral import admin as referral_admin  # noqa: F401 - registers itself
from hotline.referral.iccam import admin as iccam_admin  # noqa: F401 - registers itself
from hotline.referral.police import admin as police_admin  # noqa: F401 - registers itself
from hotline.referral.police import urls as police_urls
from hotline.referral.takedown import admin as notices_admin  # noqa: F401 - registers itself
from hotline.retention import admin as retention_admin  # noqa: F401 - registers itself
from hotline.review import admin as review_admin  # noqa: F401 - registers itself
from hotline.review import close_without_assessment
from hotline.review.timeline_labels import unicode_host
from hotline.review.urls import urlpatterns
from hotline.states import FINAL, ItemState, ReportState
from hotline.statistics import staff_urls as statistics_urls
from hotline.triage import urls as triage_urls
from hotline.triage.hash_lists import admin as hashes_admin  # noqa: F401 - registers itself
from hotline.triage.rules import admin as rules_admin  # noqa: F401 - registers itself
from hotline.triage.url_normalisation import extract_locations

cast(StaffSite, admin.site).add_pages(urlpatterns, landing=(WORK_CASE, "admin:hotline-desk"))
cast(StaffSite, admin.site).add_pages([*triage_urls.urlpatterns, *byhand_urls.urlpatterns])
cast(StaffSite, admin.site).add_pages(police_urls.urlpatterns)
cast(StaffSite, admin.site).add_pages(statistics_urls.urlpatterns)


def _set_aside(state: ReportState, label: Any) -> Any:
    @admin.action(description=label, permissions=["work"])
    def action(model_admin: "ReportAdmin", request: HttpRequest, chosen: QuerySet[Report]) -> None:
        ids = list(chosen.values_list("pk", flat=True))
        result = close_without_assessment.close_reports(
            report_ids=ids,
            state=state,
            actor=request.user,  # type: ignore[arg-type]
            now=database_now(),
        )
        done, refused, for_two = len(result.done), len(result.refused), len(result.left_for_two)
        if done:
            text = ngettext(
                "%(n)s case closed without assessment. You can undo this on the desk for 10 minutes.",
                "%(n)s cases closed without assessment. You can undo this on the desk for 10 minutes.",
                done,
            )
            messages.success(request, text % {"n": done})
        if for_two:
            text = ngettext(
                "%(n)s case was left: it is about sexual abuse of a child or present danger, and two people close it after they have opened it.",
                "%(n)s cases were left: they are about sexual abuse of a child or present danger, and two people close each after they have opened it.",
                for_two,
            )
            messages.warning(request, text % {"n": for_two})
        if refused:
            text = ngettext(
                "%(n)s case was left: a colleague holds it, or it is decided.",
                "%(n)s cases were left: colleagues hold them, or they are decided.",
                refused,
            )
            messages.warning(request, text % {"n": refused})

    action.__name__ = f"set_aside_{state.value}"
    return action


def _checked_items(request: HttpRequest) -> QuerySet[Any]:
    """Ids of the items about which a second person checks a decision that the person who looks must not know yet."""
    return closings_to_check().exclude(author=request.user.pk).values("item")


class StateFilter(ChoicesFieldListFilter):
    """By state, without the ended rows whose decision the person who looks may have to check: the list shows them in second review."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = cast(QuerySet[Any], super().queryset(request, queryset))
        chosen = set(cast(list[str], self.used_parameters.get(self.lookup_kwarg) or []))
        shows_end = self.field.name == "outcome" or not chosen.isdisjoint({*FINAL, ItemState.ENDED})
        return found.exclude(checked_by_other=True) if chosen and shows_end else found


class QueueFilter(ChoicesFieldListFilter):
    """By queue, without the closed cases in it: the person who decided one must not see that a second person checks it."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = cast(QuerySet[Any], super().queryset(request, queryset))
        return found.exclude(state=ReportState.CLOSED) if self.used_parameters else found


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = [
        "reference",
        "category",
        "shown_state",
        "shown_queue",
        "priority",
        "received_at",
        "shown_holder",
        "shown_outcome",
    ]
    list_filter = [("state", StateFilter), ("queue", QueueFilter), "category", "danger_now", "has_news"]
    list_select_related = ["claimed_by"]
    search_help_text = _("Number of a report, for example NP-2026-000042 or 42")
    search_fields = ["id"]
    actions = [
        _set_aside(ReportState.DUPLICATE, _("Set aside as duplicates")),
        _set_aside(ReportState.SPAM, _("Set aside as spam")),
        _set_aside(ReportState.OUTSIDE_REMIT, _("Set aside as outside our remit")),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        reports: QuerySet[Any] = super().get_queryset(request)
        # A set that the database makes once; it is small.
        checked = Q(pk__in=ReportItem.objects.filter(item__in=_checked_items(request)).values("report"))
        return cast(QuerySet[Report], reports.annotate(checked_by_other=checked))

    @admin.display(description=_("report"), ordering="id")
    def reference(self, report: Report) -> str:
        return report.reference

    @admin.display(description=_("state"))
    def shown_state(self, report: Report) -> str:
        hidden = _is_hidden(report)
        return str(ReportState.SECOND_REVIEW.label if hidden else report.get_state_display())

    @admin.display(description=_("queue"))
    def shown_queue(self, report: Report) -> str:
        return "" if report.state in FINAL and not _is_hidden(report) else report.get_queue_display() or ""

    @admin.display(description=_("held by"))
    def shown_holder(self, report: Report) -> str:
        hidden = report.state in FINAL and not _is_hidden(report)
        return report.claimed_by.get_username() if report.claimed_by and not hidden else ""

    @admin.display(description=_("outcome"))
    def shown_outcome(self, report: Report) -> str:
        return "" if _is_hidden(report) else report.get_outcome_display()

    def has_work_permission(self, request: HttpRequest) -> bool:
        """Who may use the bulk actions."""
        return has_role_permission(request.user, WORK_CASE)

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


def _is_hidden(row: Report | ContentItem) -> bool:
    ended = row.state in FINAL if isinstance(row, Report) else row.state == ItemState.ENDED
    return ended and bool(getattr(row, "checked_by_other", False))


@admin.register(ContentItem)
class ContentItemAdmin(ReadOnlyAdmin):
    list_display = ["canonical_evidence", "kind", "shown_state", "shown_outcome", "report_count", "first_reported_at"]
    list_filter = [("state", StateFilter), ("outcome", StateFilter), "kind"]
    search_help_text = _("A whole canonical address, a host or a domain")
    search_fields = ["host"]
    fields = [
        "kind",
        "canonical_evidence",
        "host",
        "registrable_domain",
        "site_type",
        "shown_state",
        "shown_verdict",
        "shown_outcome",
        "first_reported_at",
        "report_count",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContentItem]:
        items: QuerySet[Any] = super().get_queryset(request)
        checked = Q(pk__in=_checked_items(request))
        return cast(QuerySet[ContentItem], items.annotate(checked_by_other=checked))

    @admin.display(description=_("state"))
    def shown_state(self, item: ContentItem) -> str:
        return str(ItemState.IN_SECOND_REVIEW.label if _is_hidden(item) else item.get_state_display())

    @admin.display(description=_("verdict"))
    def shown_verdict(self, item: ContentItem) -> str:
        return "" if _is_hidden(item) else item.get_verdict_display()

    @admin.display(description=_("outcome"))
    def shown_outcome(self, item: ContentItem) -> str:
        return "" if _is_hidden(item) else item.get_outcome_display()

    @admin.display(description=_("canonical location"))
    def canonical_evidence(self, item: ContentItem) -> str:
        read = unicode_host(item.host)
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
