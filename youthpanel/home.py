"""The youth panel on the home page of the staff site: counts and plots for coordinators. Editions and imports in "My jobs"."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from clicksafely.accounts.models import User
from clicksafely.common.staff.home import (
    WEEK,
    HomeCount,
    HomePlot,
    PlotRow,
    register_counts,
    register_plots,
)
from clicksafely.common.staff.jobs import MAX_LISTED, Job, JobState, register_audited_jobs, register_jobs
from clicksafely.common.staff.waiting import HomeArea, register_waiting
from youthpanel.meetings.selectors import has_taken_place, meetings_without_attendance
from youthpanel.members.consent_validity import consent_end
from youthpanel.members.selectors import due_consents, members_due_for_erasure, members_without_consent
from youthpanel.models import Consent, Edition, EditionDraft, Meeting
from youthpanel.permissions import OPEN_NOTE
from youthpanel.public.recommendation_tracker import tracked_recommendations
from youthpanel.safeguarding.selectors import actions_of_the_week, overdue_actions
from youthpanel.white_papers.documents.formats import FILE_VARIANTS

VIEW_MEMBER: Final = "youthpanel.view_member"
VIEW_MEETING: Final = "youthpanel.view_meeting"
VIEW_RECOMMENDATION: Final = "youthpanel.view_recommendation"
VIEW_PAPER: Final = "youthpanel.view_whitepaper"
MONTHS_AHEAD: Final = 6
MEETINGS_SHOWN: Final = 8
# Days of waiting for an answer: (from, to).
WAITING_DAYS: Final[tuple[tuple[int, int | None], ...]] = ((0, 30), (30, 60), (60, 90), (90, 180), (180, None))


def register() -> None:
    """Add the counts and plots to the home page, and the count of consents to the menu too."""
    register_waiting("youthpanel-due-dates", count_consents, label=gettext_lazy("Consents to renew"), area=HomeArea.DUE)
    register_counts(HomeArea.WAITING, VIEW_MEMBER, members_waiting)
    register_counts(HomeArea.WAITING, VIEW_MEETING, meetings_waiting)
    register_counts(HomeArea.DUE, VIEW_MEMBER, members_due)
    register_counts(HomeArea.DUE, VIEW_MEETING, meetings_due)
    register_counts(HomeArea.DUE, OPEN_NOTE, safeguarding_due)
    register_counts(HomeArea.FAILED, VIEW_PAPER, editions_failed)
    register_plots(VIEW_MEMBER, consent_plots)
    register_plots(VIEW_MEETING, attendance_plots)
    register_plots(VIEW_RECOMMENDATION, answer_plots)
    register_jobs(VIEW_PAPER, edition_jobs)
    register_audited_jobs({"members.imported": (VIEW_MEMBER, "youthpanel_member_changelist")})


def members_waiting(user: User, now: datetime) -> Iterable[HomeCount]:
    """Members without a valid consent to membership."""
    number = members_without_consent(today=localdate(now)).order_by().count()
    yield HomeCount(_("Members without a consent to membership"), number, reverse("admin:youthpanel-due-dates"))


def meetings_waiting(user: User, now: datetime) -> Iterable[HomeCount]:
    """Meetings held without recorded attendance; the latest ones."""
    number = len(meetings_without_attendance(now))
    yield HomeCount(_("Meetings without recorded attendance"), number, reverse("admin:youthpanel_meeting_changelist"))


def count_consents(user: User) -> int:
    """Consents that end this week or have ended."""
    today = localdate()
    return sum(due.turned or due.ends <= today + WEEK for due in due_consents(today=today))


def members_due(user: User, now: datetime) -> Iterable[HomeCount]:
    """Records of former members to erase."""
    number = members_due_for_erasure(left_by=localdate(now)).order_by().count()
    yield HomeCount(_("Former members to erase"), number, reverse("admin:youthpanel-due-dates"))


def meetings_due(user: User, now: datetime) -> Iterable[HomeCount]:
    """Meetings of the next seven days."""
    ahead = Meeting.objects.filter(cancelled_at=None, ends_at__gt=now, starts_at__lte=now + WEEK)
    yield HomeCount(
        _("Meetings"), ahead.order_by().count(), f"{reverse('admin:youthpanel_meeting_changelist')}?when=ahead"
    )


def safeguarding_due(user: User, now: datetime) -> Iterable[HomeCount]:
    """Overdue actions of safeguarding notes, and those of the week."""
    today, url = localdate(now), reverse("admin:youthpanel-safeguarding")
    yield HomeCount(_("Overdue actions of safeguarding notes"), overdue_actions(today).order_by().count(), url)
    yield HomeCount(_("Actions of safeguarding notes"), actions_of_the_week(today).order_by().count(), url)


def editions_failed(user: User, now: datetime) -> Iterable[HomeCount]:
    """Editions of White Papers whose files could not be rendered."""
    for draft in EditionDraft.objects.filter(failed=True).select_related("paper"):
        label = _("The edition of “%(paper)s” failed") % {"paper": draft.paper.title}
        yield HomeCount(label, 1, reverse("admin:youthpanel_whitepaper_change", args=[draft.paper_id]))


def consent_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Consents of current members by the month in which they end. One query."""
    today = localdate(now)
    months = [_month_after(today, ahead) for ahead in range(MONTHS_AHEAD)]
    consents = Consent.objects.filter(withdrawn_on=None, member__left_on=None, member__erased_at=None)
    numbers: Counter[date] = Counter()
    expired = 0
    for consent in consents.select_related("member"):
        ends = consent_end(consent, year=consent.member.birth_year, month=consent.member.birth_month)
        if ends <= today:
            expired += 1
        else:
            numbers[ends.replace(day=1)] += 1
    rows = [
        PlotRow(pgettext("consents", "expired"), expired),
        *(PlotRow(date_format(month, "m.y."), numbers[month]) for month in months),
    ]
    yield HomePlot(
        "consents", _("Consents that end, by month"), rows, reverse("admin:youthpanel-due-dates"), is_columns=True
    )


def attendance_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Percentage of members who came to each of the last meetings with recorded attendance, the oldest first. One query."""
    attended_count = Count("attendances", filter=Q(attendances__attended=True))
    recorded_count = Count("attendances", filter=Q(attendances__attended__isnull=False))
    held = (
        Meeting.objects.filter(has_taken_place(now))
        .annotate(attended_count=attended_count, recorded_count=recorded_count)
        .filter(recorded_count__gt=0)
    )
    rows = [
        PlotRow(
            f"{date_format(localdate(meeting.starts_at), 'd.m.')} ({meeting.attended_count}/{meeting.recorded_count})",
            round(100 * meeting.attended_count / meeting.recorded_count),
            reverse("admin:youthpanel-meeting", args=[meeting.pk]),
        )
        for meeting in reversed(held.order_by("-starts_at", "-id")[:MEETINGS_SHOWN])
    ]
    yield HomePlot(
        "attendance",
        _("Attendance of the last meetings"),
        rows,
        reverse("admin:youthpanel_meeting_changelist"),
        unit="%",
        note=_("In brackets: members who came, of those with a record."),
    )


def answer_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Recommendations that were handed over and have no decision, by days since then. Three queries."""
    waiting = [
        each.days for each in tracked_recommendations(localdate(now)) if each.is_waiting and each.days is not None
    ]
    rows = [
        PlotRow(
            _("%(from)s to %(to)s days") % {"from": begin, "to": end} if end else _("over %(n)s days") % {"n": begin},
            sum(begin <= days and (end is None or days < end) for days in waiting),
        )
        for begin, end in WAITING_DAYS
    ]
    yield HomePlot(
        "answers",
        _("Recommendations without an answer, by time since the handover"),
        rows,
        reverse("admin:youthpanel_recommendation_changelist"),
    )


def edition_jobs(user: User, since: datetime) -> Iterable[Job]:
    """Yield the editions that the person published: those that are being rendered, then those issued."""
    drafts = EditionDraft.objects.filter(requested_by=user).select_related("paper").defer("content")
    for draft in drafts.annotate(file_count=Count("files")):
        state = JobState.FAILED if draft.failed else JobState.RUNNING if draft.claimed_until else JobState.WAITING
        yield Job(
            f"{_('Edition of a White Paper')}: {draft.paper.title}",
            state,
            draft.requested_at,
            reverse("admin:youthpanel_whitepaper_change", args=[draft.paper_id]),
            percent=100 * draft.file_count // len(FILE_VARIANTS),
            problems=(_("A file could not be made. Open the White Paper to try again or to cancel."),)
            if draft.failed
            else (),
        )
    issued = Edition.objects.filter(issued_by=user, issued_at__gte=since).select_related("paper").defer("content")
    for edition in issued.order_by("-issued_at")[:MAX_LISTED]:
        yield Job(
            f"{_('Edition of a White Paper')}: {edition.paper.title} ({edition.number})",
            JobState.DONE,
            edition.issued_at,
            reverse("admin:youthpanel_edition_change", args=[edition.pk]),
        )


def _month_after(day: date, months: int) -> date:
    """Return the first day of the month that is `months` after that of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
