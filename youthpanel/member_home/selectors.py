"""Queries of the members' start page."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db.models import Q
from django.utils.timezone import localdate

from youthpanel.consultations.participation.labels import PHASE_LABELS, PhaseLabel, format_time
from youthpanel.consultations.participation.selectors import (
    answered_consultation_ids,
    consultations_of,
    voted_consultation_ids,
)
from youthpanel.consultations.phases import activity_at, phases_at
from youthpanel.models import Consultation, Meeting, Member, Recommendation
from youthpanel.public.recommendation_tracker import TrackedRecommendation
from youthpanel.states import ConsultationState, ContributionState, PhaseActivity

MAX_MEETINGS: Final = 3
MAX_PROPOSALS: Final = 5


class ListedConsultation(NamedTuple):
    """A consultation in the list: the current activity with its end, or the next one with its start; `done`: answered."""

    consultation: Consultation
    step: PhaseLabel | None
    until: str
    next: PhaseLabel | None
    begins: str
    done: bool


@dataclass(frozen=True)
class ConsultationList:
    """Consultations by the activity that is open to a member: now, later, or none."""

    now: Sequence[ListedConsultation]
    later: Sequence[ListedConsultation]
    over: Sequence[ListedConsultation]


def list_consultations(member: Member, now: datetime) -> ConsultationList:
    """Return the consultations of a member. Four queries."""
    consultations = list(consultations_of(member))
    done = {
        PhaseActivity.ANSWER: answered_consultation_ids(member, consultations),
        PhaseActivity.OPINIONS: voted_consultation_ids(member, consultations),
    }
    calls = [
        (activity_at(each, now), _call(each, now, {activity for activity, ids in done.items() if each.pk in ids}))
        for each in consultations
    ]
    open_calls = [(feature, call) for feature, call in calls if call.consultation.state == ConsultationState.OPEN]
    return ConsultationList(
        now=[call for feature, call in open_calls if feature not in (None, PhaseActivity.REPORT)],
        later=[call for feature, call in open_calls if feature is None],
        over=[
            call
            for feature, call in calls
            if call.consultation.state != ConsultationState.OPEN or feature == PhaseActivity.REPORT
        ],
    )


def _call(consultation: Consultation, now: datetime, done: Set[PhaseActivity]) -> ListedConsultation:
    feature, line = activity_at(consultation, now), phases_at(consultation, now)
    return ListedConsultation(
        consultation=consultation,
        step=PHASE_LABELS[feature] if feature else None,
        until=format_time(line.now.ends_at) if line.now else "",
        next=PHASE_LABELS[PhaseActivity(line.next.feature)] if line.next else None,
        begins=format_time(line.next.starts_at) if line.next else "",
        done=feature in done,
    )


def upcoming_meetings(member: Member, now: datetime) -> list[Meeting]:
    """Return the next meetings of the member's cohort, or with an invitation of the member; the soonest first."""
    called = Q(cohorts=member.cohort_id) | Q(attendances__member=member)
    found = Meeting.objects.filter(called, ends_at__gt=now, cancelled_at=None).distinct()
    return list(found.order_by("starts_at", "id")[:MAX_MEETINGS])


class FollowedRecommendation(NamedTuple):
    """A published recommendation; `mine`: it contains an idea of this member."""

    proposal: TrackedRecommendation
    mine: bool


def followed_recommendations(member: Member, tracked: Iterable[TrackedRecommendation]) -> list[FollowedRecommendation]:
    """Published recommendations: those with the member's ideas first, then by the latest event. One query."""
    ideas = Q(ideas__member=member, ideas__state=ContributionState.SHOWN)
    mine = set(Recommendation.objects.filter(ideas).values_list("pk", flat=True))
    found = [FollowedRecommendation(each, each.content["id"] in mine) for each in tracked]
    found.sort(key=lambda each: (each.mine, _last_event_date(each.proposal)), reverse=True)
    return found[:MAX_PROPOSALS]


def outcomes(
    consultations: Sequence[ListedConsultation], tracked: Iterable[TrackedRecommendation]
) -> list[tuple[Consultation, list[TrackedRecommendation]]]:
    """Consultations with the published recommendations that are based on them. One query."""
    by_id = {each.content["id"]: each for each in tracked}
    found: dict[int, list[TrackedRecommendation]] = {call.consultation.pk: [] for call in consultations}
    links = Recommendation.consultations.through.objects.filter(consultation__in=found, recommendation__in=by_id)
    for consultation_id, recommendation_id in links.order_by("id").values_list("consultation_id", "recommendation_id"):
        found[consultation_id].append(by_id[recommendation_id])
    return [(call.consultation, found[call.consultation.pk]) for call in consultations]


def _last_event_date(proposal: TrackedRecommendation) -> date:
    """Return the day of the latest event of a recommendation."""
    if proposal.ledger:
        return proposal.ledger[-1].on
    return proposal.handed.on if proposal.handed else localdate(proposal.edition.issued_at)
