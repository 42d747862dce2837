"""Which phase of a consultation is now, next, before; and what is wrong with phases. Pure. A phase lasts from its beginning up to, not including, its end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from django.utils.timezone import localdate

from youthpanel.models import Consultation, Phase
from youthpanel.states import ConsultationState, PhaseActivity


class PhaseDraft(NamedTuple):
    """A phase that is to be; both times are aware."""

    feature: PhaseActivity
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Timeline:
    """Phases in their order, seen from one moment."""

    before: tuple[Phase, ...]
    now: Phase | None
    after: tuple[Phase, ...]

    @property
    def next(self) -> Phase | None:
        """The first one that is yet to come."""
        return self.after[0] if self.after else None


class PhaseFault(Enum):
    """What may be wrong with a phase. With a gap before it a consultation can be kept all the same."""

    ENDS_FIRST = "ends-first"
    OVERLAP = "overlap"
    GAP = "gap"


class PhaseCheckResult(NamedTuple):
    """`place` in the list that was looked at; `other` is the place of the phase that it overlaps, or that ends before the gap."""

    place: int
    trouble: PhaseFault
    other: int | None


def build_timeline(phases: Iterable[Phase], now: datetime) -> Timeline:
    """The phases as they lie around `now`, in whichever order they come."""
    ordered = sorted(phases, key=lambda phase: phase.starts_at)
    return Timeline(
        before=tuple(phase for phase in ordered if phase.ends_at <= now),
        now=next((phase for phase in ordered if phase.starts_at <= now < phase.ends_at), None),
        after=tuple(phase for phase in ordered if phase.starts_at > now),
    )


def phases_at(consultation: Consultation, now: datetime) -> Timeline:
    """The phases of a consultation around `now`; one query, none where they were fetched before."""
    return build_timeline(consultation.phases.all(), now)


def activity_at(consultation: Consultation, now: datetime) -> PhaseActivity | None:
    """What members may do at `now`: nothing before a consultation is open, and nothing but see what came of it after it was closed."""
    if consultation.state == ConsultationState.REPORTED:
        return PhaseActivity.REPORT
    phase = phases_at(consultation, now).now
    if consultation.state != ConsultationState.OPEN or phase is None:
        return None
    return PhaseActivity(phase.feature)


def check_phases(phases: Sequence[Phase | PhaseDraft]) -> list[PhaseCheckResult]:
    """What is wrong, at the later one of two phases; in the order of places."""
    found = [
        PhaseCheckResult(place, PhaseFault.ENDS_FIRST, None)
        for place, phase in enumerate(phases)
        if phase.ends_at <= phase.starts_at
    ]
    sound = [place for place, phase in enumerate(phases) if phase.ends_at > phase.starts_at]
    sound.sort(key=lambda place: (phases[place].starts_at, place))
    last: int | None = None
    for place in sound:
        if last is not None and phases[place].starts_at < phases[last].ends_at:
            found.append(PhaseCheckResult(place, PhaseFault.OVERLAP, last))
        elif last is not None and phases[place].starts_at > phases[last].ends_at:
            found.append(PhaseCheckResult(place, PhaseFault.GAP, last))
        if last is None or phases[place].ends_at > phases[last].ends_at:
            last = place
    return sorted(found, key=lambda finding: finding.place)


def answer_date(phases: Iterable[Phase]) -> date | None:
    """The one day that all anonymous answers of a consultation bear: the first of answering. The real one would lead from a sheet to who answered on it.

    None where no phase is for answering.
    """
    days = [localdate(phase.starts_at) for phase in phases if phase.feature == PhaseActivity.ANSWER]
    return min(days, default=None)
