"""What is read of meetings: by coordinators, by the public page, by whoever counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from clicksafely.accounts.models import User
from clicksafely.common.permissions import users_with_permission
from youthpanel.meetings.form_data import MIN_FACILITATORS
from youthpanel.models import Attendance, Decision, Meeting, Member
from youthpanel.permissions import FACILITATE

# A count of people below this is not told.
MIN_PUBLISHED_COUNT: Final = 5
NEWEST: Final = 8
SOONEST: Final = 3


def has_taken_place(now: datetime) -> Q:
    """Which meetings took place before `now`: the one place that says so."""
    return Q(cancelled_at=None, ends_at__lte=now)


def count_attendances(**conditions: object) -> Coalesce:
    """How many attendances of a meeting fit, counted for the meetings that are shown and for no other."""
    fitting = Attendance.objects.filter(meeting=OuterRef("pk"), **conditions).order_by().values("meeting")
    return Coalesce(Subquery(fitting.annotate(number=Count("pk")).values("number")), 0)


@dataclass(frozen=True)
class MeetingStatistics:
    """How many meetings were held; of those asked whose attendance is recorded, how many `came`."""

    meetings: int
    asked: int
    came: int

    @property
    def attendance(self) -> int | None:
        """How many of a hundred came; None where nothing is recorded."""
        return round(100 * self.came / self.asked) if self.asked else None


def meeting_statistics(now: datetime) -> MeetingStatistics:
    """The figures at `now`; two queries."""
    of_held = Attendance.objects.filter(meeting__in=Meeting.objects.filter(has_taken_place(now)), came__isnull=False)
    counted = of_held.aggregate(asked=Count("id"), came=Count("id", filter=Q(came=True)))
    return MeetingStatistics(Meeting.objects.filter(has_taken_place(now)).count(), counted["asked"], counted["came"])


@dataclass(frozen=True)
class PublishedMeeting:
    """A meeting as everybody may see it. `came` is None where nobody noted it, or fewer than `MIN_PUBLISHED_COUNT` did come."""

    meeting: Meeting
    came: int | None
    decisions: Sequence[Decision]


def past_meetings(now: datetime) -> list[PublishedMeeting]:
    """The meetings that took place last, the newest first, without their minutes, which are not for everybody; two queries."""
    meetings = (
        Meeting.objects.filter(has_taken_place(now))
        .defer("minutes")
        .annotate(number=count_attendances(came=True))
        .prefetch_related("decisions")
        .order_by("-starts_at", "-id")[:NEWEST]
    )
    return [
        PublishedMeeting(each, each.number if each.number >= MIN_PUBLISHED_COUNT else None, list(each.decisions.all()))
        for each in meetings
    ]


def next_meeting_end(now: datetime) -> datetime | None:
    """When the next meeting is over, and so is one of those that were held; one query."""
    ahead = Meeting.objects.filter(cancelled_at=None, ends_at__gt=now).order_by("ends_at")
    return ahead.values_list("ends_at", flat=True).first()


def upcoming_meetings(now: datetime) -> list[Meeting]:
    """The next meetings, the soonest first, with one that is going on; one query."""
    return list(Meeting.objects.filter(cancelled_at=None, ends_at__gt=now).order_by("starts_at", "id")[:SOONEST])


def meetings_without_attendance(now: datetime) -> list[Meeting]:
    """Meetings that were held and of which nobody has recorded who came, the newest first; one query."""
    noted = Attendance.objects.filter(meeting=OuterRef("pk"), came__isnull=False)
    return list(
        Meeting.objects.filter(has_taken_place(now)).exclude(Exists(noted)).order_by("-starts_at", "-id")[:NEWEST]
    )


def available_facilitators() -> QuerySet[User]:
    """Return the active staff who may lead a meeting, by user name."""
    return users_with_permission(FACILITATE).filter(is_staff=True)


def facilitators_for(meeting: Meeting | None, now: datetime) -> QuerySet[User]:
    """The same, with those who led this one where it has begun: what was is not changed by who left the staff since."""
    if meeting is None or meeting.starts_at > now:
        return available_facilitators()
    who = Q(pk__in=available_facilitators().order_by().values("pk")) | Q(pk__in=meeting.facilitators.values("pk"))
    return User.objects.filter(who).order_by("username")


def lacks_facilitators(meeting: Meeting, now: datetime) -> bool:
    """Whether a meeting ahead has fewer than two who may lead it: somebody left the staff since it was planned."""
    if meeting.cancelled_at or meeting.starts_at <= now:
        return False
    return available_facilitators().filter(pk__in=meeting.facilitators.values("pk")).count() < MIN_FACILITATORS


def members_on(day: date) -> QuerySet[Member]:
    """Who was a member on that day, the last one of a membership included."""
    return Member.objects.filter(Q(left_on=None) | Q(left_on__gte=day), joined_on__lte=day)


def invited_members(meeting: Meeting) -> QuerySet[Member]:
    """Everybody of the invited cohorts who was a member on the day of the meeting, by cohort and pseudonym."""
    asked = members_on(localdate(meeting.starts_at)).filter(cohort__in=meeting.cohorts.all())
    return asked.select_related("cohort").order_by("cohort__begins_on", "cohort_id", "pseudonym", "pk")


def attendance_of(meeting: Meeting) -> dict[int, bool | None]:
    """What is recorded, by the key of the member."""
    return dict(Attendance.objects.filter(meeting=meeting).values_list("member_id", "came"))


def find_meeting(pk: int) -> Meeting | None:
    """With its cohorts, facilitators, decisions and how many came, did not, and were not noted."""
    counted = Meeting.objects.annotate(came=count_attendances(came=True), missed=count_attendances(came=False))
    found = counted.prefetch_related(
        "cohorts", "facilitators", Prefetch("decisions", Decision.objects.order_by("order", "id"))
    )
    return found.filter(pk=pk).first()
