"""Queries for members: consultations of their cohort, once open, and contributions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from youthpanel.models import (
    Consultation,
    Endorsement,
    Idea,
    Member,
    OpinionParticipation,
    OpinionRound,
    Participation,
    Phase,
    Post,
)
from youthpanel.models.members import NAMING_FIELDS
from youthpanel.states import ConsultationState, ContributionState


def consultations_of(member: Member) -> QuerySet[Consultation]:
    """Return the consultations that a member may see, with their phases, the newest first."""
    phases = Prefetch("phases", Phase.objects.order_by("starts_at", "id"))
    consultations = Consultation.objects.filter(cohorts=member.cohort_id).exclude(state=ConsultationState.DRAFT)
    return consultations.prefetch_related(phases).order_by("-id")


def find_consultation(member: Member, slug: str) -> Consultation | None:
    """Return the consultation with this slug if the member may see it, otherwise None."""
    return consultations_of(member).filter(slug=slug).first()


def answered_consultation_ids(member: Member, consultations: Iterable[Consultation]) -> set[int]:
    """Ids of the consultations that the member has answered."""
    found = Participation.objects.filter(member=member, consultation__in=[each.pk for each in consultations])
    return set(found.values_list("consultation_id", flat=True))


def voted_consultation_ids(member: Member, consultations: Iterable[Consultation]) -> set[int]:
    """Ids of the consultations in whose current round of opinion cards the member has voted."""
    rounds = OpinionRound.objects.filter(consultation__in=[each.pk for each in consultations])
    current = rounds.order_by("consultation_id", "-number").distinct("consultation_id")
    found = OpinionParticipation.objects.filter(member=member, round__in=current.values("pk"))
    return set(found.values_list("round__consultation", flat=True))


@dataclass
class IdeaDiscussion:
    """A published idea with its posts. `support`: endorsements plus raised hands."""

    idea: Any
    support: int
    chosen: int
    is_mine: bool
    endorsed: bool
    is_priority: bool
    posts: list[Post] = field(default_factory=list)


def idea_discussions(consultation: Consultation, member: Member) -> list[IdeaDiscussion]:
    """Published ideas in the order of writing, without posts. Three queries."""
    ideas = (
        Idea.objects.filter(consultation=consultation, state=ContributionState.SHOWN)
        .select_related("member")
        .defer(*(f"member__{name}" for name in NAMING_FIELDS))
        .annotate(
            found_good=Count("endorsements", filter=Q(endorsements__priority=False)),
            chosen=Count("endorsements", filter=Q(endorsements__priority=True)),
        )
        .order_by("written_at", "id")
    )
    mine = Endorsement.objects.filter(idea__consultation=consultation, member=member)
    by_priority: dict[bool, set[int]] = {True: set(), False: set()}
    for idea, priority in mine.values_list("idea_id", "priority"):
        by_priority[priority].add(idea)
    return [
        IdeaDiscussion(
            idea=idea,
            support=idea.found_good + idea.counted,
            chosen=idea.chosen,
            is_mine=idea.member_id == member.pk,
            endorsed=idea.pk in by_priority[False],
            is_priority=idea.pk in by_priority[True],
        )
        for idea in ideas
    ]


def shown_posts(consultation: Consultation) -> list[Post]:
    """Published posts, the oldest first, without the posts of unpublished ideas."""
    posts = Post.objects.filter(consultation=consultation, state=ContributionState.SHOWN)
    return list(
        posts.filter(Q(idea=None) | Q(idea__state=ContributionState.SHOWN))
        .select_related("member")
        .defer(*(f"member__{name}" for name in NAMING_FIELDS))
        .order_by("written_at", "id")
    )


def own_ideas(member: Member) -> list[Idea]:
    """Return the member's ideas in visible consultations, the newest first."""
    return list(_own(Idea.objects.filter(member=member), member))


def own_posts(member: Member) -> list[Post]:
    """Return the member's posts in visible consultations, the newest first."""
    return list(_own(Post.objects.filter(member=member), member))


def find_own_contribution(consultation: Consultation, member: Member, uuid: UUID) -> Idea | Post | None:
    """Return an idea or a post of this member in this consultation, or None."""
    for model in (Idea, Post):
        found: Idea | Post | None = (
            model._default_manager.filter(consultation=consultation, member=member, uuid=uuid)
            .select_related("consultation")
            .first()
        )
        if found:
            return found
    return None


def _own(contributions: QuerySet[Any], member: Member) -> QuerySet[Any]:
    visible_contributions = contributions.filter(consultation__cohorts=member.cohort_id).exclude(
        consultation__state=ConsultationState.DRAFT
    )
    return visible_contributions.select_related("consultation").order_by("-written_at", "-id")
