"""Progress of all published recommendations, read from editions rather than from drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Func, JSONField, Value

from clicksafely.common.serbian.search_folding import slugify
from youthpanel.models import Edition, Handover, Response
from youthpanel.public.labels import DECIDED_STATES, STATE_LABELS, RecommendationState, StateLabel
from youthpanel.states import ResponseKind
from youthpanel.white_papers.content import RecommendationContent

_DECISIONS = frozenset({ResponseKind.ACCEPTED, ResponseKind.PARTLY, ResponseKind.REJECTED})


@dataclass(frozen=True)
class TrackedRecommendation:
    """A recommendation in its newest edition. `handed` is its first handover, `ledger` its responses, the oldest first.

    Read on the day `today`.
    """

    content: RecommendationContent
    edition: Edition
    handed: Handover | None
    ledger: Sequence[Response]
    # Days from the handover to the first decision, or to today while pending; None before the handover.
    days: int | None
    today: date

    @property
    def slug(self) -> str:
        """The slug in URLs and exports."""
        return self.content["slug"]

    @property
    def state(self) -> RecommendationState:
        if self.ledger:
            return RecommendationState(self.ledger[-1].kind)
        return RecommendationState.HANDED if self.handed else RecommendationState.PROPOSED

    @property
    def phrase(self) -> StateLabel:
        """The label of the state, in words for children."""
        return STATE_LABELS[self.state]

    @property
    def is_waiting(self) -> bool:
        """Whether a decision is pending."""
        return self.handed is not None and self.state not in DECIDED_STATES

    @property
    def due(self) -> date | None:
        """The day of the next step, which is the last promised day or that of the expected decision; None without."""
        if self.state in {RecommendationState.REJECTED, RecommendationState.DONE}:
            return None
        promised = next((each.promised_by for each in reversed(self.ledger) if each.promised_by), None)
        if promised is None and self.is_waiting and self.handed:
            return self.handed.answer_by
        return promised

    @property
    def overdue(self) -> int:
        """Days since the next step was due; 0 if it is not overdue."""
        return max(0, (self.today - self.due).days) if self.due else 0

    @property
    def changes_daily(self) -> bool:
        """Whether its figures change at midnight."""
        return self.is_waiting or self.due is not None

    @property
    def to(self) -> str:
        """The code of the addressee, the same in all languages."""
        return slugify(self.content["addressee"]["sr"])


def tracked_recommendations(today: date) -> list[TrackedRecommendation]:
    """Return all recommendations by White Paper, the newest paper first, then by number. `days` up to `today`. Four queries."""
    found: dict[int, tuple[RecommendationContent, Edition]] = {}
    editions = (
        Edition.objects.select_related("paper")
        .defer("content")
        .annotate(rows=F("content__recommendations"))
        .order_by("-paper_id", "-number")
    )
    # The newest edition with the recommendation counts. A recommendation that a later edition omits is still tracked.
    for edition in editions:
        for row in edition.rows:
            found.setdefault(row["id"], (row, edition))
    handed = _first_handovers()
    ledgers: dict[int, list[Response]] = {}
    for response in Response.objects.filter(recommendation__in=found).order_by("on", "id").prefetch_related("letters"):
        ledgers.setdefault(response.recommendation_id, []).append(response)
    return [
        TrackedRecommendation(
            row, edition, handed.get(pk), ledgers.get(pk, []), _days(handed.get(pk), ledgers.get(pk, []), today), today
        )
        for pk, (row, edition) in found.items()
    ]


def find_tracked_recommendation(slug: str, today: date) -> TrackedRecommendation | None:
    """Return the recommendation with this slug, or None."""
    return next((proposal for proposal in tracked_recommendations(today) if proposal.slug == slug), None)


def _first_handovers() -> dict[int, Handover]:
    first: dict[int, Handover] = {}
    ids = Func(
        F("edition__content"),
        Value("$.recommendations[*].id"),
        function="jsonb_path_query_array",
        output_field=JSONField(),
    )
    handovers: Any = Handover.objects.annotate(ids=ids).order_by("on", "id")
    for handover in handovers:
        for pk in handover.ids:
            first.setdefault(pk, handover)
    return first


def _days(handed: Handover | None, ledger: Sequence[Response], today: date) -> int | None:
    if handed is None:
        return None
    decided = next((response.on for response in ledger if response.kind in _DECISIONS), None)
    return ((decided or today) - handed.on).days
