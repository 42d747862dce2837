"""State transitions of consultations, contributions and responses to recommendations. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy


class ConsultationState(models.TextChoices):
    """The state of a consultation. Its phases determine the activities of a day."""

    DRAFT = "draft", pgettext_lazy("consultation", "draft")
    OPEN = "open", pgettext_lazy("consultation", "open")
    CLOSED = "closed", pgettext_lazy("consultation", "closed")
    REPORTED = "reported", pgettext_lazy("consultation", "reported back")


class PhaseActivity(models.TextChoices):
    """The activity of members in a phase."""

    INFORM = "inform", pgettext_lazy("phase", "Read what it is about")
    COLLECT = "collect", pgettext_lazy("phase", "Propose ideas")
    ANSWER = "answer", pgettext_lazy("phase", "Answer questions")
    OPINIONS = "opinions", pgettext_lazy("phase", "Vote on opinion cards")
    DISCUSS = "discuss", pgettext_lazy("phase", "Talk about it")
    PRIORITISE = "prioritise", pgettext_lazy("phase", "Choose what matters most")
    REPORT = "report", pgettext_lazy("phase", "See the outcome")


class ContributionState(models.TextChoices):
    """Whether other members see a contribution, which requires moderation first."""

    WAITING = "waiting", pgettext_lazy("contribution", "to moderate")
    SHOWN = "shown", pgettext_lazy("contribution", "shown")
    REFUSED = "refused", pgettext_lazy("contribution", "not shown")
    WITHDRAWN = "withdrawn", pgettext_lazy("contribution", "withdrawn")


class ResponseKind(models.TextChoices):
    """A response or action of the addressee of a recommendation."""

    RECEIVED = "received", pgettext_lazy("response", "received")
    CONSIDERED = "considered", pgettext_lazy("response", "under consideration")
    ACCEPTED = "accepted", pgettext_lazy("response", "accepted")
    PARTLY = "partly", pgettext_lazy("response", "accepted in part")
    REJECTED = "rejected", pgettext_lazy("response", "rejected")
    DONE = "done", pgettext_lazy("response", "done")


_C, _T, _R = ConsultationState, ContributionState, ResponseKind
# `undo_closing` also opens a closed consultation again until a result is shown.
CONSULTATION_TRANSITIONS: Final[Mapping[ConsultationState, frozenset[ConsultationState]]] = MappingProxyType(
    {
        _C.DRAFT: frozenset({_C.OPEN}),
        _C.OPEN: frozenset({_C.CLOSED}),
        _C.CLOSED: frozenset({_C.REPORTED}),
        _C.REPORTED: frozenset(),
    }
)
CONTRIBUTION_TRANSITIONS: Final[Mapping[ContributionState, frozenset[ContributionState]]] = MappingProxyType(
    {
        _T.WAITING: frozenset({_T.SHOWN, _T.REFUSED, _T.WITHDRAWN}),
        _T.SHOWN: frozenset({_T.WITHDRAWN, _T.REFUSED}),
        _T.REFUSED: frozenset({_T.SHOWN}),
        _T.WITHDRAWN: frozenset(),
    }
)
# The previous responses (None: no response yet) and the responses allowed next. A ministry may decide at once and
# change its decision.
RESPONSE_TRANSITIONS: Final[Mapping[ResponseKind | None, frozenset[ResponseKind]]] = MappingProxyType(
    {
        None: frozenset({_R.RECEIVED, _R.CONSIDERED, _R.ACCEPTED, _R.PARTLY, _R.REJECTED}),
        _R.RECEIVED: frozenset({_R.CONSIDERED, _R.ACCEPTED, _R.PARTLY, _R.REJECTED}),
        _R.CONSIDERED: frozenset({_R.CONSIDERED, _R.ACCEPTED, _R.PARTLY, _R.REJECTED}),
        _R.ACCEPTED: frozenset({_R.DONE, _R.CONSIDERED, _R.PARTLY, _R.REJECTED}),
        _R.PARTLY: frozenset({_R.DONE, _R.CONSIDERED, _R.ACCEPTED, _R.REJECTED}),
        _R.REJECTED: frozenset({_R.CONSIDERED, _R.ACCEPTED, _R.PARTLY}),
        _R.DONE: frozenset(),
    }
)
