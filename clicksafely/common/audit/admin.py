"""The audit trail on the staff site: list, links from rows to their events, plots on the home page."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.audit.export import EXPORT
from clicksafely.common.audit.filters import AuditChangeList, AuditFilter
from clicksafely.common.audit.labels import describe
from clicksafely.common.audit.openings import ENDINGS
from clicksafely.common.audit.search_record import record_query
from clicksafely.common.audit.visibility import withheld_from
from clicksafely.common.models import AuditEvent, AuditVerification
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.home import HomePlot, PlotRow, register_plots
from clicksafely.common.staff.jobs import MAX_LISTED, Job, JobState, register_audited_jobs, register_jobs
from clicksafely.common.staff.lists import ReadOnlyAdmin
from clicksafely.common.staff.site import acting_user

# Of the plots on the home page.
_DAYS_SHOWN = 14
_WEEK = 7
_MAX_PEOPLE = 12
_MAX_READ = 20_000


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    empty_hint = gettext_lazy("What staff and tasks do is recorded here.")
    list_display = ["at", "person", "event", "subject", "codes"]
    list_display_links = None
    change_list_template = "staff/audit/list.html"
    list_filter = [AuditFilter]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AuditChangeList]:
        return AuditChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        """Add the names of accounts."""
        names = User.objects.filter(pk=OuterRef("actor_id")).values("username")
        events: QuerySet[AuditEvent] = super().get_queryset(request)
        events = events.exclude(withheld_from(acting_user(request)))
        return events.annotate(username=Subquery(names))

    @admin.display(description=gettext_lazy("person"))
    def person(self, event: AuditEvent) -> SafeString | str:
        """The account's name, which leads to all its events."""
        if event.actor_id is None:
            return _("portal")
        name = event.username or _("former colleague")  # type: ignore[attr-defined]
        return format_html(
            '<a href="?{}" translate="no">{}</a><br>'
            '<a class="audit-step" href="{}?person={}">{}<span class="visually-hidden" translate="no"> · {}</span></a>',
            _query_of_person(event.actor_id, event.username),  # type: ignore[attr-defined]
            name,
            reverse("admin:audit-openings"),
            event.actor_id,
            _("Openings"),
            name,
        )

    @admin.display(description=gettext_lazy("event"))
    def event(self, event: AuditEvent) -> str:
        """Return the event in words."""
        return describe(event)

    @admin.display(description=gettext_lazy("subject"))
    def subject(self, event: AuditEvent) -> SafeString | str:
        """The row that it happened to, which leads to all events of that row."""
        if event.subject_id is None:
            return ""
        query = f"?subject_table={event.subject_table}&subject_id={event.subject_id}"
        name = event.subject_text  # type: ignore[attr-defined]
        return format_html(
            '<a href="{}">{}</a><br>'
            '<a class="audit-step" href="{}?table={}&amp;id={}">{}<span class="visually-hidden"> · {}</span></a>',
            query,
            name,
            reverse("admin:audit-openings"),
            event.subject_table,
            event.subject_id,
            _("Openings"),
            name,
        )

    @admin.display(description=pgettext_lazy("audit", "codes"))
    def codes(self, event: AuditEvent) -> SafeString:
        """The code of the event, which links to all events of its kind, and the recorded codes and IDs, folded."""
        return format_html(
            '<details class="audit-codes"><summary>{}</summary><a href="?action={}"><code translate="no">{}</code></a>{}</details>',
            pgettext("audit", "Show"),
            event.action,
            event.action,
            format_html_join("", '<br><code translate="no">{}: {}</code>', _flat(event.data)),
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Record the query, and add the URL that exports its rows."""
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        address = reverse("admin:audit-export") + query if has_role_permission(request.user, EXPORT) else ""
        response = super().changelist_view(request, {"proof_export": address, **(extra_context or {})})
        if response.status_code == 200 and request.GET:
            record_query(request, now=timezone.now())
        return response


def _query_of_person(pk: int | None, username: str | None) -> str:
    """Return the query of the list for an account: its name, which the form shows."""
    return urlencode({"person": username}) if username else f"actor_id={pk}"


def _flat(data: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in data.items():
        if value not in ("", None, []):
            yield name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def home_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Yield the plots of acts of staff by day, and of openings by person in a week.

    Only the newest `_MAX_READ` acts are counted. Two queries.
    """
    url = reverse("admin:common_auditevent_changelist")
    today = timezone.localdate(now)
    days = [today - timedelta(days=back) for back in reversed(range(_DAYS_SHOWN))]
    begin = timezone.make_aware(datetime.combine(days[0], datetime.min.time()))
    week = days[-_WEEK]
    acts = AuditEvent.objects.filter(at__gte=begin, actor_id__isnull=False).order_by("-id")
    by_day: Counter[date] = Counter()
    openings: Counter[int | None] = Counter()
    for at, action, actor_id in acts.values_list("at", "action", "actor_id")[:_MAX_READ]:
        day = timezone.localdate(at)
        by_day[day] += 1
        if action.endswith(ENDINGS) and day >= week:
            openings[actor_id] += 1
    note = _("The newest %(n)s acts.") % {"n": _MAX_READ} if by_day.total() >= _MAX_READ else ""
    yield HomePlot(
        "acts",
        _("Acts of staff by day"),
        [PlotRow(date_format(day, "d.m."), by_day[day]) for day in days],
        f"{url}?kind=people",
        is_columns=True,
        note=note,
    )
    people = User.objects.filter(pk__in=list(openings)).values_list("pk", "username")
    names: dict[int | None, str] = {pk: name for pk, name in people}  # noqa: C416 - keys of a wider type
    yield HomePlot(
        "openings",
        _("Content and data opened in the last 7 days, by person"),
        [
            PlotRow(
                names.get(pk) or _("former colleague"),
                number,
                f"{url}?kind=openings&since={week}&{_query_of_person(pk, names.get(pk))}",
                is_name=pk in names,
            )
            for pk, number in openings.most_common(_MAX_PEOPLE)
        ],
        f"{url}?kind=openings&since={week}",
        note=note,
    )


def verification_jobs(user: User, since: datetime) -> Iterable[Job]:
    """Verifications of the chain that `user` requested since a time, and an unfinished one."""
    mine = AuditVerification.objects.filter(requested_by=user.pk)
    for run in mine.filter(Q(requested_at__gte=since) | Q(finished_at__isnull=True))[:MAX_LISTED]:
        state = JobState.DONE if run.finished_at else JobState.RUNNING
        problems = (str(run.get_fault_display()),) if run.fault else ()
        url = reverse("admin:audit-verification")
        yield Job(_("Chain verification"), state, run.requested_at, url, run.percent, problems)


register_plots("common.view_auditevent", home_plots, rank=1)
register_jobs("common.view_auditverification", verification_jobs)
register_audited_jobs({"audit.exported": ("common.view_auditevent", "common_auditevent_changelist")})
