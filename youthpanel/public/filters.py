"""Filters of the recommendation tracker."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise

from youthpanel.models import EducationKind
from youthpanel.public.labels import STATE_LABELS, RecommendationState
from youthpanel.public.recommendation_tracker import TrackedRecommendation
from youthpanel.white_papers.content import text_in_language

PARAMS: Final = ("state", "education", "to")


@dataclass(frozen=True)
class FilterChoice:
    """A selectable value with its label."""

    value: str
    label: str | Promise
    chosen: bool


@dataclass(frozen=True)
class FilterSelection:
    """The selected values, empty without a selection. `nonsense`: the query contained unknown values."""

    state: str = ""
    education: str = ""
    to: str = ""
    nonsense: bool = False

    def __bool__(self) -> bool:
        return bool(self.state or self.education or self.to)


def parse_filters(query: QueryDict, everything: Sequence[TrackedRecommendation]) -> FilterSelection:
    """The filters of a query string, without unknown values."""
    known = {
        "state": {proposal.state.value for proposal in everything},
        "education": {proposal.content["education"] for proposal in everything},
        "to": {proposal.to for proposal in everything},
    }
    asked = {name: query.get(name, "") for name in PARAMS}
    kept = {name: value if value in known[name] else "" for name, value in asked.items()}
    return FilterSelection(**kept, nonsense=kept != asked)


def apply_filters(everything: Sequence[TrackedRecommendation], wish: FilterSelection) -> list[TrackedRecommendation]:
    """The recommendations that match."""
    return [
        proposal
        for proposal in everything
        if wish.state in {"", proposal.state}
        and wish.education in {"", proposal.content["education"]}
        and wish.to in {"", proposal.to}
    ]


def filter_choices(
    everything: Sequence[TrackedRecommendation], wish: FilterSelection, language: str
) -> dict[str, list[FilterChoice]]:
    """The choices of each filter that match at least one recommendation."""
    states = {proposal.state for proposal in everything}
    educations = {proposal.content["education"] for proposal in everything}
    addressees = {proposal.to: text_in_language(proposal.content["addressee"], language) for proposal in everything}
    return {
        "states": [
            FilterChoice(state.value, STATE_LABELS[state].short, state.value == wish.state)
            for state in RecommendationState
            if state in states
        ],
        "educations": [
            FilterChoice(education.value, education.label, education.value == wish.education)
            for education in EducationKind
            if education.value in educations
        ],
        "addressees": [FilterChoice(code, label, code == wish.to) for code, label in addressees.items()],
    }
