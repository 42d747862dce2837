"""What a member finds on the own page, gathered from the other rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db.models import Q

from youthpanel.consultations.participation.labels import STEPS, Step, when
from youthpanel.consultations.participation.selectors import answered, consultations_of
from youthpanel.consultations.phases import feature_at, phases_at
from youthpanel.models import Consultation, Meeting, Member, Recommendation
from youthpanel.public.recommendation_tracker import Proposal, proposals
from youthpanel.states import ConsultationState, ContributionState, Feature

MOST_MEETINGS: Final = 3
MOST_PROPOSALS: Final = 5


class Call(NamedTuple):
    """A consultation as the page lists it: what one does now and until when, or what comes next and when; `done`: it was answered."""

    consultation: Consultation
    step: Step | None
    until: str
    next: Step | None
    begins: str
    done: bool


@dataclass(frozen=True)
class Calls:
    """By what a member can do: something now, something later, nothing more."""

    now: Sequence[Call]
    later: Sequence[Call]
    over: Sequence[Call]


def calls(member: Member, now: datetime) -> Calls:
    """The consultations of a member. Three queries."""
    seen = list(consultations_of(member))
    done = answered(member, seen)
    made = [(feature_at(each, now), _call(each, now, each.pk in done)) for each in seen]
    opened = [(feature, call) for feature, call in made if call.consultation.state == ConsultationState.OPEN]
    return Calls(
        now=[call for feature, call in opened if feature not in (None, Feature.REPORT)],
        later=[call for feature, call in opened if feature is None],
        over=[
            call
            for feature, call in made
            if call.consultation.state != ConsultationState.OPEN or feature == Feature.REPORT
        ],
    )


def _call(consultation: Consultation, now: datetime, done: bool) -> Call:
    feature, line = feature_at(consultation, now), phases_at(consultation, now)
    return Call(
        consultation=consultation,
        step=STEPS[feature] if feature else None,
        until=when(line.now.ends_at) if line.now else "",
        next=STEPS[Feature(line.next.feature)] if line.next else None,
        begins=when(line.next.starts_at) if line.next else "",
        done=done and feature == Feature.ANSWER,
    )


def coming_meetings(member: Member, now: datetime) -> list[Meeting]:
    """The next meetings of the member's cohort, or to which the member was invited; the soonest first."""
    called = Q(cohorts=member.cohort_id) | Q(attendances__member=member)
    found = Meeting.objects.filter(called, ends_at__gt=now, cancelled_at=None).distinct()
    return list(found.order_by("starts_at", "id")[:MOST_MEETINGS])


class Followed(NamedTuple):
    """An issued proposal; `mine`: an idea of this member's is in it."""

    proposal: Proposal
    mine: bool


def followed(member: Member, today: date) -> list[Followed]:
    """What became of proposals of the panel: those with an idea of the member's, then those about which something was heard last."""
    ideas = Q(ideas__member=member, ideas__state=ContributionState.SHOWN)
    mine = set(Recommendation.objects.filter(ideas).values_list("pk", flat=True))
    found = [Followed(each, each.content["id"] in mine) for each in proposals(today)]
    found.sort(key=lambda each: (each.mine, _heard(each.proposal)), reverse=True)
    return found[:MOST_PROPOSALS]


def _heard(proposal: Proposal) -> date:
    """The day of the last thing that happened with it."""
    if proposal.ledger:
        return proposal.ledger[-1].on
    return proposal.handed.on if proposal.handed else proposal.edition.issued_at.date()
