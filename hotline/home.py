"""The hotline on the home page of the staff site: counts and plots. Imports, exports and packages in "My jobs"."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from clicksafely.accounts.models import User
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.home import (
    COUNT_CAP,
    WEEK,
    HomeCount,
    HomePlot,
    PlotRow,
    register_counts,
    register_plots,
)
from clicksafely.common.staff.jobs import MAX_LISTED, Job, JobState, register_audited_jobs, register_jobs
from clicksafely.common.staff.waiting import HomeArea, register_waiting
from hotline.complaints.selectors import unclosed_complaints
from hotline.lifecycle.closings import without_opinions
from hotline.lifecycle.welfare_counters import day_of
from hotline.models import (
    AvailabilityCheck,
    Channel,
    ExposureCount,
    HashList,
    IccamReport,
    ListState,
    Notice,
    OutgoingMail,
    OutgoingState,
    PolicePackage,
    PolicePackageItem,
    Referral,
    ReferralState,
    Report,
    Route,
)
from hotline.models.referral import OPEN
from hotline.permissions import (
    DECIDE_DISPUTE,
    EXPORT_STATISTICS,
    HANDLE_COMPLAINT,
    MANAGE_HASH_LISTS,
    REVIEW_URGENT_REFERRAL,
    VIEW_PERFORMANCE,
    VIEW_WELFARE_STATISTICS,
    WORK_CASE,
)
from hotline.referral.labels import referral_problem
from hotline.review.selectors import cases_of, manual_referrals, urgent_referrals
from hotline.review.welfare_statistics import figures_for
from hotline.states import Queue, ReportState
from hotline.statistics import dashboard, selectors
from hotline.statistics.definitions import BUCKETS, LAST_BUCKET, D, M, bucket_of, label_of
from hotline.triage.hash_lists.labels import problem_lines
from hotline.triage.hash_lists.list_services import UNDER_WAY as IMPORTING

ARRIVAL_DAYS: Final = 7
DECISION_DAYS: Final = 30
EXPOSURE_DAYS: Final = 14
HOURS: Final = 24
# The newest rows of a period that a plot reads: more would take longer than a page may.
MAX_READ: Final = 20_000
VIEW_PACKAGE: Final = "hotline.view_policepackage"
# Of a refused hash list; its page has all.
PROBLEMS_SHOWN: Final = 3
_JOB_STATES: Final[dict[str, JobState]] = {
    ListState.WAITING: JobState.WAITING,
    ListState.IMPORTING: JobState.RUNNING,
    ListState.REMOVING: JobState.RUNNING,
    ListState.REFUSED: JobState.FAILED,
}

# Times of receipt are whole hours.
_ARRIVALS = """
SELECT extract(hour FROM newest.received_at AT TIME ZONE %s)::int, newest.channel, count(*) FROM (
    SELECT r.received_at, r.channel FROM hotline_report r WHERE r.received_at > %s ORDER BY r.received_at DESC LIMIT %s
) newest GROUP BY 1, 2
"""
# A verdict is final with a second opinion of equal answers, or with the arbitration.
_DECISIONS = """
SELECT floor(extract(epoch FROM newest.created_at - i.first_reported_at) / 3600)::bigint, count(*) FROM (
    SELECT a.item_id, a.created_at FROM hotline_assessment a
    WHERE a.created_at > %s AND (a.agreed = 2 OR a.round = 'arbitration') ORDER BY a.created_at DESC LIMIT %s
) newest JOIN hotline_contentitem i ON i.id = newest.item_id GROUP BY 1
"""


def register() -> None:
    """Add the counts and plots to the home page, and the count of notices to the menu too."""
    register_waiting(
        "hotline.Notice",
        lambda user: _capped(Notice.objects.filter(waiting=True)) if has_role_permission(user, WORK_CASE) else 0,
        label=gettext_lazy("Notices that need a review"),
        query="?waiting__exact=1",
    )
    register_counts(HomeArea.WAITING, WORK_CASE, work_waiting)
    register_counts(HomeArea.WAITING, DECIDE_DISPUTE, disputes_waiting)
    register_counts(HomeArea.WAITING, REVIEW_URGENT_REFERRAL, urgent_referrals_waiting)
    register_counts(HomeArea.DUE, HANDLE_COMPLAINT, complaints_due)
    register_counts(HomeArea.FAILED, WORK_CASE, failures)
    register_plots(WORK_CASE, queue_plots)
    register_plots(WORK_CASE, arrival_plots)
    register_plots(WORK_CASE, own_exposure_plots)
    register_plots(VIEW_PERFORMANCE, performance_plots)
    register_plots(VIEW_WELFARE_STATISTICS, exposure_plots)
    register_jobs(MANAGE_HASH_LISTS, hash_list_jobs)
    register_jobs(VIEW_PACKAGE, police_package_jobs)
    register_audited_jobs({"statistics.exported": (EXPORT_STATISTICS, "hotline-statistics-exports")})


def work_waiting(user: User, now: datetime) -> Iterable[HomeCount]:
    """Cases of the person, unread messages, and hand-overs that need a decision."""
    my_work = reverse("admin:hotline-my-work")
    yield HomeCount(_("Cases you hold"), cases_of(user, now).count(), my_work)
    yield HomeCount(
        _("Cases with a new message"),
        _capped(Report.objects.filter(has_news=True)),
        f"{_list('report')}?has_news__exact=1",
    )
    checks = AvailabilityCheck.objects.exclude(attention="")
    yield HomeCount(_("Availability checks that need a review"), _capped(checks), my_work)
    yield HomeCount(_("Hand-overs to make by hand"), _capped(manual_referrals(user)), f"{my_work}#manual-referrals")


def disputes_waiting(user: User, now: datetime) -> Iterable[HomeCount]:
    """Cases in which two assessments differ."""
    waiting = Report.objects.filter(queue=Queue.ARBITRATION).exclude(state=ReportState.CLOSED)
    yield HomeCount(_("Disputes to settle"), _capped(waiting), f"{_list('report')}?queue__exact=arbitration")


def urgent_referrals_waiting(user: User, now: datetime) -> Iterable[HomeCount]:
    """Urgent referrals to the police that no supervisor has reviewed. "My work" lists these and no others."""
    my_work = reverse("admin:hotline-my-work")
    yield HomeCount(_("Urgent referrals to review"), _capped(urgent_referrals()), f"{my_work}#urgent-referrals")


def complaints_due(user: User, now: datetime) -> Iterable[HomeCount]:
    """Complaints whose answer is due this week or overdue."""
    due = unclosed_complaints().filter(answer_by__lte=now + WEEK)
    yield HomeCount(_("Complaints to answer"), _capped(due), _list("complaint"))


def failures(user: User, now: datetime) -> Iterable[HomeCount]:
    """Hand-overs, exchanges and e-mails that were not sent."""
    referrals = without_opinions(Referral.objects.filter(state=ReferralState.FAILED), user)
    yield HomeCount(_("Hand-overs that were not sent"), _capped(referrals), f"{_list('referral')}?state__exact=failed")
    given_up = IccamReport.objects.filter(given_up_at__isnull=False)
    yield HomeCount(_("Unsuccessful ICCAM exchanges"), _capped(given_up), f"{_list('iccamreport')}?exchange=given_up")
    mails = OutgoingMail.objects.filter(state=OutgoingState.FAILED)
    yield HomeCount(_("E-mails that were not sent"), _capped(mails), f"{_list('outgoingmail')}?state__exact=failed")


def queue_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """The age of the cases that wait for a first review. Other queues may hold closed cases, whose check is hidden from their authors."""
    ages = next(row for row in dashboard.queue_ages(now) if row.queue == Queue.REVIEW)
    labels = (
        _("under 1 day"),
        _("1 to 3 days"),
        _("3 to 7 days"),
        _("7 to 30 days"),
        _("over 30 days"),
    )
    url = f"{_list('report')}?queue__exact=review"
    note = _("Numbers end at %(n)s.") % {"n": dashboard.CAP} if max(ages.counts) >= dashboard.CAP else ""
    yield HomePlot(
        "queue-age",
        _("Cases that wait for a review, by time since receipt"),
        [PlotRow(label, count) for label, count in zip(labels, ages.counts, strict=True)],
        url,
        note=note,
    )


def arrival_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Reports of the last week by hour of the day and by channel. One query."""
    hours: Counter[int] = Counter()
    channels: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVALS, [settings.TIME_ZONE, now - timedelta(days=ARRIVAL_DAYS), MAX_READ])
        for hour, channel, count in cursor.fetchall():
            hours[hour] += count
            channels[channel] += count
    note = _("The newest %(n)s reports.") % {"n": MAX_READ} if channels.total() >= MAX_READ else ""
    yield HomePlot(
        "arrivals-hour",
        _("Reports of the last 7 days by hour of the day"),
        [PlotRow(f"{hour}:00", hours[hour]) for hour in range(HOURS)],
        _list("report"),
        is_columns=True,
        note=note,
    )
    yield HomePlot(
        "arrivals-channel",
        _("Reports of the last 7 days by channel"),
        [PlotRow(str(Channel(code).label), count) for code, count in channels.most_common()],
        _list("report"),
        note=note,
    )


def own_exposure_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Content that the person opened, by day. One query."""
    today = day_of(now)
    days = [today - timedelta(days=back) for back in reversed(range(EXPOSURE_DAYS))]
    rows = ExposureCount.objects.filter(user=user, day__range=(days[0], today))
    totals_by_day = {row.day: row.total for row in rows}
    yield HomePlot(
        "own-exposure",
        _("What you opened, by day"),
        [PlotRow(date_format(day, "d.m."), totals_by_day.get(day, 0)) for day in days],
        reverse("admin:hotline-welfare"),
        is_columns=True,
        note=_("Pictures, texts and messages. Only you and the supervisors see this."),
    )


def exposure_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Content opened in the last week, by person. One query."""
    rows = sorted(figures_for(user, day=day_of(now)), key=lambda row: (-row.week, row.name))
    yield HomePlot(
        "exposure",
        _("Opened in the last 7 days, by person"),
        [PlotRow(row.name, row.week, is_name=True) for row in rows],
        reverse("admin:hotline-welfare"),
        note=_("Use these figures to share the work and to check on colleagues' wellbeing, never to compare people."),
    )


def performance_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Agreement of reviewers, time to the decision, and time to the removal. Three queries."""
    page = reverse("admin:hotline-dashboard")
    yield HomePlot(
        "agreement",
        _("Agreement between two assessments, by month"),
        [
            PlotRow(f"{row.month[5:]}.{row.month[2:4]}.", row.percent)
            for row in reversed(dashboard.monthly_agreement(now))
        ],
        page,
        is_columns=True,
        unit="%",
    )
    yield HomePlot(
        "decision",
        _("Time from the first report to the decision, in the last 30 days"),
        [PlotRow(label_of(D.TIME, code), count) for code, count in _decision_times(now)],
        page,
    )
    year = str(localdate(now).year)
    sheet = selectors.sheet_of(year, of_years=())
    values = {key: sheet.value(M.REMOVAL, D.TIME, key).count for key in sheet.keys(M.REMOVAL, D.TIME)}
    yield HomePlot(
        "removal",
        _("Time from the first report to the removal, in %(year)s") % {"year": year},
        [PlotRow(label_of(D.TIME, code), count) for code, count in values.items()],
        f"{_list('contentitem')}?outcome__exact=removed",
        note=pgettext("figures", "As published, without small figures. Counted once a day."),
    )


def hash_list_jobs(user: User, since: datetime) -> Iterable[Job]:
    """The imports of hash lists that the person started. An import whose worker stopped continues within a minute."""
    unfinished = Q(state__in=(*IMPORTING, ListState.REMOVING))
    lists = HashList.objects.filter(unfinished | Q(arrived_at__gte=since), imported_by=user).order_by("-id")
    for hash_list in lists[:MAX_LISTED]:
        yield Job(
            f"{_('Import of a hash list')}: {hash_list.name}",
            _JOB_STATES.get(hash_list.state, JobState.DONE),
            hash_list.arrived_at,
            reverse("admin:hotline-hash-list", args=[hash_list.pk]),
            percent=hash_list.percent if hash_list.state == ListState.IMPORTING else None,
            problems=tuple(problem_lines(hash_list)[:PROBLEMS_SHOWN]),
        )


def police_package_jobs(user: User, since: datetime) -> Iterable[Job]:
    """Yield the packages of what the person referred to the police, and the cases that are in no package yet."""
    name = capfirst(str(PolicePackage._meta.verbose_name))
    mine = Referral.objects.filter(author=user, route=Route.POLICE)
    packed = PolicePackageItem.objects.filter(referral__in=mine, dropped_at=None)
    packages = PolicePackage.objects.filter(pk__in=packed.values("package"), created_at__gte=since).order_by("-id")
    for package in packages[:MAX_LISTED]:
        url = reverse("admin:hotline-police-package", args=[package.pk])
        yield Job(f"{name}: {package.reference}", JobState.DONE, package.created_at, url)
    waiting = mine.filter(Q(state__in=OPEN) | Q(state=ReferralState.FAILED, ended_at__gte=since))
    unpacked = waiting.exclude(pk__in=packed.values("referral")).select_related("report").order_by("-id")
    by_case = {referral.report: referral for referral in unpacked[:MAX_LISTED]}
    for report, referral in by_case.items():
        yield Job(
            f"{name}: {report.reference}",
            JobState.FAILED if referral.problem else JobState.WAITING,
            referral.created_at,
            reverse("admin:hotline-case", args=[report.pk]),
            problems=(capfirst(referral_problem(referral.problem)),) if referral.problem else (),
        )


def _decision_times(now: datetime) -> list[tuple[str, int]]:
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(_DECISIONS, [now - timedelta(days=DECISION_DAYS), MAX_READ])
        for hours, count in cursor.fetchall():
            found[bucket_of(hours)] += count
    return [(code, found[code]) for code in (*(code for code, _end in BUCKETS), LAST_BUCKET)]


def _capped(rows: "QuerySet[Any]") -> int:
    return rows.order_by()[:COUNT_CAP].count()


def _list(model: str) -> str:
    return reverse(f"admin:hotline_{model}_changelist")
