"""Labels of phases, states and hints for members."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from youthpanel.models import Consultation
from youthpanel.states import ConsultationState, ContributionState, PhaseActivity


class PhaseLabel(NamedTuple):
    """A phase: what members do in it, and what that means."""

    short: str | Promise
    long: str | Promise


# What is possible in each phase, in one line.
PHASE_LABELS: Final[Mapping[PhaseActivity, PhaseLabel]] = MappingProxyType(
    {
        PhaseActivity.INFORM: PhaseLabel(
            gettext_lazy("Read what it is about"),
            gettext_lazy("There is nothing to do yet: read it, think about it, talk about it with others."),
        ),
        PhaseActivity.COLLECT: PhaseLabel(
            gettext_lazy("Propose ideas"),
            gettext_lazy("Write your ideas, and mark ideas of others that you like."),
        ),
        PhaseActivity.ANSWER: PhaseLabel(
            gettext_lazy("Answer questions"),
            gettext_lazy("There are no right or wrong answers. You can answer once."),
        ),
        PhaseActivity.OPINIONS: PhaseLabel(
            gettext_lazy("Opinion cards: do you agree?"),
            gettext_lazy("Say for each card whether you agree. There are no right or wrong votes. You can vote once."),
        ),
        PhaseActivity.DISCUSS: PhaseLabel(
            gettext_lazy("Talk about it"),
            gettext_lazy(
                "Say what you think. All members and at least two adults read it. There are no private messages."
            ),
        ),
        PhaseActivity.PRIORITISE: PhaseLabel(
            gettext_lazy("Choose what matters most"),
            gettext_lazy("Choose up to three ideas. You can change your choice until this part ends."),
        ),
        PhaseActivity.REPORT: PhaseLabel(
            gettext_lazy("See the outcome"), gettext_lazy("What you all said, and what happened next.")
        ),
    }
)


# Which drawing of Klik stands beside a phase, `static/img/klik-<pose>.svg`.
KLIK_POSES: Final[Mapping[PhaseActivity, str]] = MappingProxyType(
    {
        PhaseActivity.INFORM: "reads",
        PhaseActivity.COLLECT: "asks",
        PhaseActivity.ANSWER: "reads",
        PhaseActivity.DISCUSS: "hello",
        PhaseActivity.PRIORITISE: "asks",
        PhaseActivity.OPINIONS: "asks",
        PhaseActivity.REPORT: "celebrates",
    }
)


class ContributionLabel(NamedTuple):
    """The state of a member's contribution; `wash` is its background colour."""

    short: str | Promise
    wash: str


CONTRIBUTION_LABELS: Final[Mapping[ContributionState, ContributionLabel]] = MappingProxyType(
    {
        ContributionState.WAITING: ContributionLabel(
            pgettext_lazy("member idea", "Waiting: an adult reads it first"), "sky"
        ),
        ContributionState.SHOWN: ContributionLabel(
            pgettext_lazy("member idea", "Everyone in the consultation sees it"), "mint"
        ),
        ContributionState.REFUSED: ContributionLabel(pgettext_lazy("member idea", "Not shown to others"), "peach"),
        ContributionState.WITHDRAWN: ContributionLabel(pgettext_lazy("member idea", "You withdrew it"), "lilac"),
    }
)


def format_time(moment: datetime) -> str:
    """Day and time in Belgrade."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def unavailable_reason(consultation: Consultation, feature: PhaseActivity | None) -> str:
    """Reason for which members cannot take part now; empty if they can."""
    if feature is not None:
        return ""
    if consultation.state == ConsultationState.CLOSED:
        return _("This consultation is over. The adults are preparing the outcome. You will see it here.")
    return _("There is nothing to do here right now. Below you can see when it continues.")
