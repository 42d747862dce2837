"""Admin of the hotline: registers the lists and forms of its packages; lists of reports and content items."""

from collections.abc import Iterator
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.filters import ChoicesFieldListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.audit.labels import register_labels
from clicksafely.common.audit.visibility import register_withheld
from clicksafely.common.clock import database_now
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.staff.exports import ExportMixin
from clicksafely.common.staff.list_mixins import NumberSearchMixin, RowPageMixin
from clicksafely.common.staff.lists import ReadOnlyAdmin
from clicksafely.common.staff.waiting import register_waiting
from hotline import home
from hotline.availability.admin import AvailabilityCheckAdmin
from hotline.complaints.admin import ComplaintAdmin, ComplaintTermsAdmin
from hotline.hosting.admin import AbuseContactAdmin, HostAdmin, SiteTypeRuleAdmin
from hotline.intake.api.admin import PartnerAdmin
from hotline.intake.email.admin import IncomingMailAdmin
from hotline.intake.web.admin import ReportPageTextAdmin
from hotline.lifecycle.closings import closings_to_check, is_to_judge_blind
from hotline.models import (
    AbuseContact,
    AvailabilityCheck,
    Closing,
    Complaint,
    ComplaintDeadlines,
    ContentItem,
    HashList,
    HashMatch,
    Host,
    IccamReport,
    IncomingMail,
    LegalHold,
    LocationKind,
    NonSendingDay,
    Notice,
    NoticeTemplate,
    OutgoingMail,
    Partner,
    PartnerHotline,
    PolicePackage,
    PoliceRecipient,
    Referral,
    Report,
    ReportItem,
    ReportPageText,
    RetentionRule,
    ReviewSettings,
    RoutingRule,
    SiteTypeRule,
    TriageRule,
)
from hotline.outbox.admin import OutgoingMailAdmin
from hotline.permissions import EXPORT_LISTS, WORK_CASE
from hotline.priority import URGENT, PriorityReason
from hotline.referral.admin import PartnerHotlineAdmin, ReferralAdmin, RoutingRuleAdmin
from hotline.referral.iccam.admin import IccamReportAdmin
from hotline.referral.police.admin import PolicePackageAdmin, PoliceRecipientAdmin
from hotline.referral.takedown.admin import NonSendingDayAdmin, NoticeAdmin, NoticeTemplateAdmin
from hotline.retention.admin import LegalHoldAdmin, RetentionRuleAdmin
from hotline.review import close_without_assessment
from hotline.review.admin import ClosingAdmin, ReviewSettingsAdmin
from hotline.review.selectors import claimable_cases
from hotline.review.timeline_labels import LINES, timeline_row, unicode_host
from hotline.states import FINAL, ItemState, Queue, ReportState
from hotline.triage.hash_lists.admin import HashListAdmin, HashMatchAdmin
from hotline.triage.rules.admin import TriageRuleAdmin
from hotline.triage.url_normalisation import extract_locations

admin.site.register(AvailabilityCheck, AvailabilityCheckAdmin)
admin.site.register(Complaint, ComplaintAdmin)
admin.site.register(ComplaintDeadlines, ComplaintTermsAdmin)
admin.site.register(Host, HostAdmin)
admin.site.register(AbuseContact, AbuseContactAdmin)
admin.site.register(SiteTypeRule, SiteTypeRuleAdmin)
admin.site.register(Partner, PartnerAdmin)
admin.site.register(IncomingMail, IncomingMailAdmin)
admin.site.register(ReportPageText, ReportPageTextAdmin)
admin.site.register(OutgoingMail, OutgoingMailAdmin)
admin.site.register(RoutingRule, RoutingRuleAdmin)
admin.site.register(PartnerHotline, PartnerHotlineAdmin)
admin.site.register(Referral, ReferralAdmin)
admin.site.register(IccamReport, IccamReportAdmin)
admin.site.register(PoliceRecipient, PoliceRecipientAdmin)
admin.site.register(PolicePackage, PolicePackageAdmin)
admin.site.register(Notice, NoticeAdmin)
admin.site.register(NoticeTemplate, NoticeTemplateAdmin)
admin.site.register(NonSendingDay, NonSendingDayAdmin)
admin.site.register(RetentionRule, RetentionRuleAdmin)
admin.site.register(LegalHold, LegalHoldAdmin)
admin.site.register(Closing, ClosingAdmin)
admin.site.register(ReviewSettings, ReviewSettingsAdmin)
admin.site.register(HashList, HashListAdmin)
admin.site.register(HashMatch, HashMatchAdmin)
admin.site.register(TriageRule, TriageRuleAdmin)
home.register()
register_labels(LINES, lambda event: timeline_row(event, {}).text)
register_waiting("hotline-my-work", lambda user: claimable_cases(user, database_now())[:100].count())


def _events_to_judge_blind(user: User) -> Q:
    """Return the condition on events of other people in cases that `user` may have to judge without knowing them."""
    if not has_role_permission(user, WORK_CASE):
        return Q(pk=None)
    return Q(is_to_judge_blind(user, "subject_id"), ~Q(actor_id=user.pk), subject_table=Report._meta.db_table)


register_withheld(_events_to_judge_blind)


def _closing_action(state: ReportState, label: Any) -> Any:
    @admin.action(description=label, permissions=["work"])
    def action(model_admin: "ReportAdmin", request: HttpRequest, chosen: QuerySet[Report]) -> None:
        ids = list(chosen.values_list("pk", flat=True)[: close_without_assessment.MAX_TOGETHER + 1])
        try:
            result = close_without_assessment.close_reports(
                report_ids=ids,
                state=state,
                actor=request.user,  # type: ignore[arg-type]
                now=database_now(),
            )
        except ActionRefused as refusal:
            messages.error(request, str(refusal.message))
            return
        done, refused = len(result.done), len(result.refused)
        if done:
            text = ngettext(
                "%(n)s case closed without assessment. You can undo this on “My work” for 10 minutes.",
                "%(n)s cases closed without assessment. You can undo this on “My work” for 10 minutes.",
                done,
            )
            messages.success(request, text % {"n": done})
        for reason, left_out in result.left_out.items():
            text = ngettext(
                "%(n)s case was left out: %(why)s. Open and close it separately.",
                "%(n)s cases were left out: %(why)s. Open and close each of them separately.",
                len(left_out),
            )
            messages.warning(request, text % {"n": len(left_out), "why": reason.label})
        if refused:
            text = ngettext(
                "%(n)s case was skipped: a colleague holds it, or it is decided.",
                "%(n)s cases were skipped: colleagues hold them, or they are decided.",
                refused,
            )
            messages.warning(request, text % {"n": refused})

    action.__name__ = f"close_as_{state.value}"
    return action


def _checked_items(request: HttpRequest) -> QuerySet[Any]:
    """Return ids of items whose decision awaits a second person's check and must be hidden from the user."""
    return closings_to_check().exclude(author=request.user.pk).values("item")


class StateFilter(ChoicesFieldListFilter):
    """Filter by state. Closed rows whose decision the user may have to check count as in second review."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = cast(QuerySet[Any], super().queryset(request, queryset))
        chosen = set(cast(list[str], self.used_parameters.get(self.lookup_kwarg) or []))
        shows_end = self.field.name == "outcome" or not chosen.isdisjoint({*FINAL, ItemState.ENDED})
        return found.exclude(checked_by_other=True) if chosen and shows_end else found


class QueueFilter(ChoicesFieldListFilter):
    """Filter by queue, without closed cases: the author of a decision must not see its check by a second person.

    Other people see such a case as one in second review.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = cast(QuerySet[Any], super().queryset(request, queryset))
        return found.exclude(state=ReportState.CLOSED, checked_by_other=False) if self.used_parameters else found


class KnownLookupsMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Filters only by the declared filters and `plain_lookups`.

    Django permits a lookup of every column in the URL. With these a person could find out what the filters hide.
    """

    plain_lookups: ClassVar[frozenset[str]] = frozenset()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        allowed_lookups = set(self.plain_lookups)
        for declared in cast(list[Any], self.get_list_filter(request)):
            if isinstance(declared, type):
                allowed_lookups.add(str(cast(type[admin.SimpleListFilter], declared).parameter_name))
            else:
                allowed_lookups.add(f"{declared if isinstance(declared, str) else declared[0]}__exact")
        return lookup in allowed_lookups


class OpenFilter(admin.SimpleListFilter):
    """Open reports, the default, or all. A search, a chosen state and unread messages look in all."""

    title = _("reports")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("all reports"))]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        every = self.value() == "all"
        yield {
            "selected": not every,
            "query_string": changelist.get_query_string(remove=["show"]),
            "display": pgettext("reports", "open"),
        }
        yield {
            "selected": every,
            "query_string": changelist.get_query_string({"show": "all"}),
            "display": _("all reports"),
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not shows_open(request):
            return queryset
        # The condition of the index `report_open`. A closed report in a queue awaits a check that its author must not see.
        waiting = queryset.filter(Q(queue__isnull=False) | ~Q(state__in=sorted(FINAL)))
        return waiting.exclude(state=ReportState.CLOSED, checked_by_other=False)


def shows_open(request: HttpRequest) -> bool:
    """Return whether the list of reports shows open ones only, the most urgent first."""
    others = ("q", "state__exact", "outcome__exact", "has_news__exact", FloodFilter.parameter_name)
    return request.GET.get(OpenFilter.parameter_name) != "all" and not any(request.GET.get(name) for name in others)


class UrgentFilter(admin.SimpleListFilter):
    """The reports that "My work" counts as urgent."""

    title = _("urgent")
    parameter_name = "urgent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("awaiting review"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        waiting = queryset.filter(queue__isnull=False, priority__gte=URGENT)
        return waiting.exclude(state=ReportState.CLOSED, checked_by_other=False)


class FloodFilter(admin.SimpleListFilter):
    """The open reports that were accepted as a flood, to be reviewed or closed together."""

    title = _("flood")
    parameter_name = "flood"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("awaiting review"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        waiting = queryset.filter(queue=Queue.REVIEW).exclude(state=ReportState.CLOSED)
        return waiting.filter(priority_reasons__contains=[PriorityReason.FLOOD.value])


@admin.register(Report)
class ReportAdmin(ExportMixin, KnownLookupsMixin, NumberSearchMixin, RowPageMixin, ReadOnlyAdmin):
    empty_hint = _("Reports come from the public form, by e-mail and from partners. You can also enter one by hand.")
    export_permission = EXPORT_LISTS
    export_columns = ("reference", "category", "shown_state", "shown_queue", "priority", "received_at", "shown_outcome")
    row_page = "admin:hotline-case"
    list_display = [
        "reference",
        "priority",
        "category",
        "host",
        "age",
        "shown_state",
        "shown_queue",
        "shown_holder",
        "shown_outcome",
    ]
    list_filter = [
        OpenFilter,
        ("state", StateFilter),
        ("queue", QueueFilter),
        "category",
        "danger_now",
        "has_news",
        UrgentFilter,
        FloodFilter,
    ]
    list_select_related = ["claimed_by"]
    search_help_text = _("Number of a report, for example NP-2026-000042 or 42")
    search_fields = ["id"]
    reference_letters = "NP"
    in_global_search = True
    actions = [
        _closing_action(ReportState.SPAM, _("Close as spam")),
        _closing_action(ReportState.OUTSIDE_REMIT, _("Close as outside our remit")),
        _closing_action(ReportState.NOT_ASSESSED, _("Close without assessment (partners' feeds)")),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        reports: QuerySet[Any] = super().get_queryset(request)
        # A small subquery, which the database evaluates once.
        checked = Q(pk__in=ReportItem.objects.filter(item__in=_checked_items(request)).values("report"))
        first = Prefetch("report_items", ReportItem.objects.filter(position=0).select_related("item"), to_attr="first")
        return cast(QuerySet[Report], reports.annotate(checked_by_other=checked).prefetch_related(first))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Open reports are in the order of the queues, all reports the newest first. Each has an index."""
        return ("-priority", "id") if shows_open(request) else ("-id",)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Open reports have no outcome."""
        shown = super().get_list_display(request)
        return [name for name in shown if name != "shown_outcome"] if shows_open(request) else shown

    @admin.display(description=_("report"), ordering="id")
    def reference(self, report: Report) -> str:
        return report.reference

    @admin.display(description=_("host"))
    def host(self, report: Report) -> str:
        """Return the host of the first content, or its kind if it has none."""
        for named in getattr(report, "first", []):
            item = named.item
            return format_html('<span translate="no">{}</span>', item.host) if item.host else item.get_kind_display()
        return ""

    @admin.display(description=pgettext_lazy("report", "age"))
    def age(self, report: Report) -> str:
        """Return the time since the hour of receipt."""
        received = report.received_at
        return format_html('<time datetime="{}">{}</time>', received.isoformat(), timesince(received, depth=1))

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
        """Return whether the user may run the bulk actions."""
        return has_role_permission(request.user, WORK_CASE)


def _is_hidden(row: Report | ContentItem) -> bool:
    ended = row.state in FINAL if isinstance(row, Report) else row.state == ItemState.ENDED
    return ended and bool(getattr(row, "checked_by_other", False))


@admin.register(ContentItem)
class ContentItemAdmin(KnownLookupsMixin, ReadOnlyAdmin):
    empty_hint = _("Addresses and pictures appear here when a report with them arrives.")
    # Of links to decisions about other content.
    plain_lookups = frozenset({"host__exact", "network__exact", "verdict__exact"})
    list_display = ["location", "kind", "shown_state", "shown_outcome", "report_count", "first_reported_at"]
    list_filter = [("state", StateFilter), ("outcome", StateFilter), "kind"]
    search_help_text = _("A whole canonical address, a host or a domain")
    search_fields = ["host"]
    in_global_search = True
    fields = [
        "kind",
        "address",
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
        if "verdict__exact" in request.GET:
            items = items.exclude(checked)
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

    @admin.display(description=_("host"))
    def location(self, item: ContentItem) -> str:
        """Return the host, or the kind of an item without one. The whole address is shown only where the access is logged."""
        if not item.host:
            return str(item.get_kind_display())
        read = unicode_host(item.host)
        suffix = format_html('<span class="unicode-host">{}</span>', read) if read else ""
        return format_html('<span class="evidence" translate="no">{}{}</span>', item.host, suffix)

    def name_on_home(self, item: ContentItem) -> str:
        """Return the host as in the list, or the kind."""
        return verbatim(item.host) if item.host else str(item)

    @admin.display(description=_("canonical location"))
    def address(self, item: ContentItem) -> str:
        """Return a button that shows the address on a page of its own."""
        if item.kind == LocationKind.DESCRIBED:
            return str(item.get_kind_display())
        url = reverse("admin:hotline-item-address", args=[item.pk])
        button = '<button type="submit" class="btn btn-small btn-quiet" formaction="{}" formmethod="post">{}</button>'
        return format_html(button, url, _("Show the address"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show no subtitle: it repeats two fields, and script conversion leaves it out."""
        return super().change_view(request, object_id, form_url, {"subtitle": None, **(extra_context or {})})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ContentItem], search_term: str
    ) -> tuple[QuerySet[ContentItem], bool]:
        """Return exact matches only, each by an index."""
        term = search_term.strip().lower()
        if not term:
            return queryset, False
        if "/" in term or ":" in term:
            digests = [location.digest for location in extract_locations(search_term).locations]
            return queryset.filter(digest__in=digests), False
        by_host = queryset.filter(host=term)
        return (by_host if by_host.exists() else queryset.filter(registrable_domain=term)), False
