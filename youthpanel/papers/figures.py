"""The panel in figures, counted from its records. Who has left counts: every figure stays."""

from datetime import datetime
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone

from youthpanel.models import Attendance, Consultation, Meeting, Member
from youthpanel.papers.content import FiguresContent
from youthpanel.states import ConsultationState

# A count of people below this is not told.
LEAST_TOLD: Final = 5


def held_meetings(now: datetime) -> "Q":
    """Which meetings took place before `now`."""
    return Q(cancelled_at=None, ends_at__lte=now)


def count_figures(now: datetime) -> FiguresContent:
    """The figures at `now`; five queries. `attendance`: of a hundred who were invited to a meeting that took place, how many came."""
    of_members = Member.objects.aggregate(
        members=Count("id"), schools=Count("school", distinct=True), towns=Count("school__town", distinct=True)
    )
    came = Attendance.objects.filter(
        meeting__cancelled_at=None, meeting__ends_at__lte=now, came__isnull=False
    ).aggregate(of=Count("id"), came=Count("id", filter=Q(came=True)))
    codes = Member.objects.order_by("school__town").values_list("school__town", flat=True).distinct()
    return {
        "on": timezone.localdate(now).isoformat(),
        "members": of_members["members"],
        "meetings": Meeting.objects.filter(held_meetings(now)).count(),
        "consultations": Consultation.objects.exclude(state=ConsultationState.DRAFT).count(),
        "towns": of_members["towns"],
        "schools": of_members["schools"],
        "attendance": round(100 * came["came"] / came["of"]) if came["of"] else None,
        "town_codes": list(codes),
    }


def in_words(figures: FiguresContent) -> dict[str, str]:
    """The figures for placeholders; one that there is nothing to count for is missing."""
    counted = ("members", "meetings", "consultations", "towns", "schools")
    words = {name: str(figures[name]) for name in counted if figures[name]}  # type: ignore[literal-required]
    if figures["attendance"] is not None:
        words["attendance"] = f"{figures['attendance']}%"
    return words
