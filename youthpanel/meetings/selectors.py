"""Queries of meetings for coordinators, the public page and statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from clicksafely.accounts.models import User
from clicksafely.common.permissions import users_with_permission
from clicksafely.common.serbian.alphabet import PageOrder
from youthpanel.models import Attendance, Decision, Meeting, Member
from youthpanel.permissions import FACILITATE

MIN_FACILITATORS: Final = 2
# Smaller counts of people are not published.
MIN_PUBLISHED_COUNT: Final = 5
NEWEST: Final = 8
SOONEST: Final = 3
# The time from a reminder to its meeting.
REMIND_BEFORE: Final = timedelta(days=2)
# Past meetings in the calendar file.
CALENDAR_PAST: Final = timedelta(days=60)


def has_taken_place(now: datetime) -> Q:
    """Return the condition for meetings that took place before `now`."""
    return Q(cancelled_at=None, ends_at__lte=now)


def count_attendances(**conditions: object) -> Coalesce:
    """Return the number of matching attendances per meeting, as a subquery, so that only displayed meetings are counted."""
    fitting = Attendance.objects.filter(meeting=OuterRef("pk"), **conditions).order_by().values("meeting")
    return Coalesce(Subquery(fitting.annotate(number=Count("pk")).values("number")), 0)


@dataclass(frozen=True)
class MeetingStatistics:
    """The number of meetings held. Of `records` of attendance, `attended` are of members who attended."""

    meetings: int
    records: int
    attended: int

    @property
    def attendance(self) -> int | None:
        """Attendance in per cent; None without records."""
        return round(100 * self.attended / self.records) if self.records else None


def meeting_statistics(now: datetime) -> MeetingStatistics:
    """Return the statistics at `now`; two queries."""
    of_held = Attendance.objects.filter(
        meeting__in=Meeting.objects.filter(has_taken_place(now)), attended__isnull=False
    )
    counted = of_held.aggregate(records=Count("id"), attended=Count("id", filter=Q(attended=True)))
    return MeetingStatistics(
        Meeting.objects.filter(has_taken_place(now)).count(), counted["records"], counted["attended"]
    )


@dataclass(frozen=True)
class PublishedMeeting:
    """A meeting as published. `attended` is None if it was not recorded or is below `MIN_PUBLISHED_COUNT`."""

    meeting: Meeting
    attended: int | None
    decisions: Sequence[Decision]


def past_meetings(now: datetime) -> list[PublishedMeeting]:
    """Return the last meetings held, the newest first, without the minutes, which are internal; two queries."""
    meetings = (
        Meeting.objects.filter(has_taken_place(now))
        .defer("minutes")
        .annotate(number=count_attendances(attended=True))
        .prefetch_related("decisions")
        .order_by("-starts_at", "-id")[:NEWEST]
    )
    return [
        PublishedMeeting(each, each.number if each.number >= MIN_PUBLISHED_COUNT else None, list(each.decisions.all()))
        for each in meetings
    ]


def next_meeting_end(now: datetime) -> datetime | None:
    """Return the end of the next meeting, at which the number of held meetings changes, or None; one query."""
    ahead = Meeting.objects.filter(cancelled_at=None, ends_at__gt=now).order_by("ends_at")
    return ahead.values_list("ends_at", flat=True).first()


def upcoming_meetings(now: datetime) -> list[Meeting]:
    """Return the next meetings, the soonest first, including one in progress; one query."""
    return list(Meeting.objects.filter(cancelled_at=None, ends_at__gt=now).order_by("starts_at", "id")[:SOONEST])


def calendar_meetings(now: datetime) -> list[Meeting]:
    """Meetings that are not over for `CALENDAR_PAST`, also cancelled ones, the soonest first; one query."""
    return list(Meeting.objects.filter(ends_at__gt=now - CALENDAR_PAST).defer("minutes").order_by("starts_at", "id"))


def meetings_to_remind_of(now: datetime) -> list[Meeting]:
    """Meetings that begin within `REMIND_BEFORE` and were in no reminder for that time, the soonest first; one query.

    Reads only what the role of the worker for third-party servers may read.
    """
    ahead = Meeting.objects.filter(cancelled_at=None, starts_at__gt=now, starts_at__lte=now + REMIND_BEFORE)
    unannounced = ahead.exclude(reminded_for=F("starts_at"))
    return list(unannounced.only("title_sr", "title_en", "starts_at").order_by("starts_at", "id"))


def meetings_without_attendance(now: datetime) -> list[Meeting]:
    """Meetings held without recorded attendance, the newest first; one query."""
    noted = Attendance.objects.filter(meeting=OuterRef("pk"), attended__isnull=False)
    return list(
        Meeting.objects.filter(has_taken_place(now)).exclude(Exists(noted)).order_by("-starts_at", "-id")[:NEWEST]
    )


def available_facilitators() -> QuerySet[User]:
    """The active staff who may facilitate a meeting, by user name."""
    return users_with_permission(FACILITATE).filter(is_staff=True)


def facilitators_for(meeting: Meeting | None, now: datetime) -> QuerySet[User]:
    """As `available_facilitators`, and for a started meeting also its own facilitators, even if they have left the staff."""
    if meeting is None or meeting.starts_at > now:
        return available_facilitators()
    who = Q(pk__in=available_facilitators().order_by().values("pk")) | Q(pk__in=meeting.facilitators.values("pk"))
    return User.objects.filter(who).order_by("username")


def lacks_facilitators(meeting: Meeting, now: datetime) -> bool:
    """Return whether an upcoming meeting has fewer than two active facilitators, for example because one left the staff."""
    if meeting.cancelled_at or meeting.starts_at <= now:
        return False
    return available_facilitators().filter(pk__in=meeting.facilitators.values("pk")).count() < MIN_FACILITATORS


def members_on(day: date) -> QuerySet[Member]:
    """Members on that day. The last day of a membership counts."""
    return Member.objects.filter(Q(left_on=None) | Q(left_on__gte=day), joined_on__lte=day)


def invited_members(meeting: Meeting) -> QuerySet[Member]:
    """Members of the invited cohorts on the day of the meeting, by cohort and pseudonym."""
    members = members_on(localdate(meeting.starts_at)).filter(cohort__in=meeting.cohorts.all())
    return members.select_related("cohort").order_by("cohort__begins_on", "cohort_id", PageOrder("pseudonym"), "pk")


def attendance_of(meeting: Meeting) -> dict[int, bool | None]:
    """Return the recorded attendance by primary key of the member."""
    return dict(Attendance.objects.filter(meeting=meeting).values_list("member_id", "attended"))


def find_meeting(pk: int) -> Meeting | None:
    """The meeting with cohorts, facilitators, decisions and counts of members who attended, did not come, or have no record."""
    counted = Meeting.objects.annotate(
        attended=count_attendances(attended=True), missed=count_attendances(attended=False)
    )
    found = counted.prefetch_related(
        "cohorts", "facilitators", Prefetch("decisions", Decision.objects.order_by("order", "id"))
    )
    return found.filter(pk=pk).first()
