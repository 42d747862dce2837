"""Labels of the states of a recommendation, in words for children."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from youthpanel.states import ResponseKind


class RecommendationState(models.TextChoices):
    """The state of a published recommendation: not handed over, handed over without a response, or the last response."""

    PROPOSED = "proposed", pgettext_lazy("proposal", "not handed over yet")
    HANDED = "handed", pgettext_lazy("proposal", "no answer yet")
    RECEIVED = ResponseKind.RECEIVED.value, ResponseKind.RECEIVED.label
    CONSIDERED = ResponseKind.CONSIDERED.value, ResponseKind.CONSIDERED.label
    ACCEPTED = ResponseKind.ACCEPTED.value, ResponseKind.ACCEPTED.label
    PARTLY = ResponseKind.PARTLY.value, ResponseKind.PARTLY.label
    REJECTED = ResponseKind.REJECTED.value, ResponseKind.REJECTED.label
    DONE = ResponseKind.DONE.value, ResponseKind.DONE.label


class StateLabel(NamedTuple):
    """`short` is the label, `long` an explanation, `wash` the background colour."""

    short: str | Promise
    long: str | Promise
    wash: str


STATE_LABELS: Final[Mapping[RecommendationState, StateLabel]] = MappingProxyType(
    {
        RecommendationState.PROPOSED: StateLabel(
            _("It is written down"),
            _("It is in the White Paper. Next we hand it over to the decision-makers."),
            "lilac",
        ),
        RecommendationState.HANDED: StateLabel(
            _("We are waiting"), _("We handed it over. There is no answer yet."), "sky"
        ),
        RecommendationState.RECEIVED: StateLabel(
            _("They received it"), _("They confirmed that it has arrived. They have not decided yet."), "sky"
        ),
        RecommendationState.CONSIDERED: StateLabel(
            _("They are thinking about it"), _("They are looking at it and have not decided yet."), "sky"
        ),
        RecommendationState.ACCEPTED: StateLabel(
            _("They said yes"), _("They will do it. Now we follow whether it happens."), "mint"
        ),
        RecommendationState.PARTLY: StateLabel(
            _("They said yes to some of it"),
            _("They will do some of it. Below you can read what they will not do."),
            "mint",
        ),
        RecommendationState.REJECTED: StateLabel(
            _("They said no"), _("They will not do it. Below you can read why."), "peach"
        ),
        RecommendationState.DONE: StateLabel(
            _("It is done"),
            _("It really happened."),
            "mint",
        ),
    }
)

# The states with a decision. In all others a decision is pending.
DECIDED_STATES: Final = frozenset(
    {RecommendationState.ACCEPTED, RecommendationState.PARTLY, RecommendationState.REJECTED, RecommendationState.DONE}
)
