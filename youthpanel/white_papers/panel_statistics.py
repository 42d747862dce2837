"""Panel statistics from the records of public cohorts, including former and erased members."""

from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from youthpanel.meetings import selectors as meetings
from youthpanel.models import Consultation, Member
from youthpanel.states import ConsultationState
from youthpanel.white_papers.content import StatisticsContent
from youthpanel.white_papers.text_variables import per_cent


def count_statistics(now: datetime) -> StatisticsContent:
    """Return the statistics at `now`; five queries. `attendance`: per cent of invited members who came to the meetings held."""
    public = Member.objects.filter(cohort__is_public=True)
    of_members = public.aggregate(
        members=Count("id"), schools=Count("school", distinct=True), towns=Count("school__town", distinct=True)
    )
    of_meetings = meetings.meeting_statistics(now)
    codes = public.order_by("school__town").values_list("school__town", flat=True).distinct()
    return {
        "on": timezone.localdate(now).isoformat(),
        "members": of_members["members"],
        "meetings": of_meetings.meetings,
        "consultations": Consultation.objects.exclude(state=ConsultationState.DRAFT).count(),
        "towns": of_members["towns"],
        "schools": of_members["schools"],
        "attendance": of_meetings.attendance,
        "town_codes": list(codes),
    }


def variable_values(figures: StatisticsContent) -> dict[str, str]:
    """Return the values of the variables. Variables without data are missing."""
    counted = ("members", "meetings", "consultations", "towns", "schools")
    words = {name: str(figures[name]) for name in counted if figures[name]}  # type: ignore[literal-required]
    if figures["attendance"] is not None:
        words["attendance"] = per_cent(figures["attendance"])
    return words
