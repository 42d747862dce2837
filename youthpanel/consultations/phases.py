"""Phases of a consultation: the current, next and previous one, and validation. Pure. The end of a phase is exclusive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from django.utils.timezone import localdate

from youthpanel.models import Consultation, Phase
from youthpanel.states import ConsultationState, PhaseActivity


class PhaseDraft(NamedTuple):
    """A phase to be saved; both times are aware."""

    feature: PhaseActivity
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Timeline:
    """The phases in order, relative to one moment."""

    before: tuple[Phase, ...]
    now: Phase | None
    after: tuple[Phase, ...]

    @property
    def next(self) -> Phase | None:
        """The first phase in the future."""
        return self.after[0] if self.after else None


class PhaseFault(Enum):
    """A problem of a phase. A gap before a phase does not prevent saving."""

    ENDS_FIRST = "ends-first"
    OVERLAP = "overlap"
    GAP = "gap"


class PhaseCheckResult(NamedTuple):
    """`place` is the index in the checked list.

    `other` is the index of the phase that overlaps, or that ends before the gap.
    """

    place: int
    trouble: PhaseFault
    other: int | None


def build_timeline(phases: Iterable[Phase], now: datetime) -> Timeline:
    """Sort the phases around `now`."""
    ordered = sorted(phases, key=lambda phase: phase.starts_at)
    return Timeline(
        before=tuple(phase for phase in ordered if phase.ends_at <= now),
        now=next((phase for phase in ordered if phase.starts_at <= now < phase.ends_at), None),
        after=tuple(phase for phase in ordered if phase.starts_at > now),
    )


class PhaseBar(NamedTuple):
    """A phase on a line from the first beginning (0) to the last end (100). `place`: "before", "now" or "after" the moment."""

    phase: Phase
    x: float
    width: float
    place: str


def phase_bars(phases: Iterable[Phase], now: datetime) -> tuple[list[PhaseBar], float | None]:
    """Return the bars of the phases in order, and the position of `now`; None outside the phases."""
    line = build_timeline(phases, now)
    placed = [(phase, "before") for phase in line.before]
    placed += [(line.now, "now")] if line.now else []
    placed += [(phase, "after") for phase in line.after]
    if not placed:
        return [], None
    begins = placed[0][0].starts_at
    whole = max(phase.ends_at for phase, _place in placed) - begins
    bars = [
        PhaseBar(
            phase,
            round(100 * ((phase.starts_at - begins) / whole), 2),
            round(100 * ((phase.ends_at - phase.starts_at) / whole), 2),
            place,
        )
        for phase, place in placed
    ]
    today = round(100 * ((now - begins) / whole), 2)
    return bars, today if 0 <= today <= 100 else None


def phases_at(consultation: Consultation, now: datetime) -> Timeline:
    """Return the phases of a consultation around `now`; one query, none if prefetched."""
    return build_timeline(consultation.phases.all(), now)


def activity_at(consultation: Consultation, now: datetime) -> PhaseActivity | None:
    """Return the activity open to members at `now`: none before opening, REPORT after closing."""
    if consultation.state == ConsultationState.REPORTED:
        return PhaseActivity.REPORT
    phase = phases_at(consultation, now).now
    if consultation.state != ConsultationState.OPEN or phase is None:
        return None
    return PhaseActivity(phase.feature)


def check_phases(phases: Sequence[Phase | PhaseDraft]) -> list[PhaseCheckResult]:
    """Return the problems, each at the later one of two phases, ordered by index."""
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
    """Return the date stored for all anonymous answers of a consultation: the first day of its answering phase.

    The real date would link an answer sheet to the members who answered on that day. None without an answering phase.
    """
    days = [localdate(phase.starts_at) for phase in phases if phase.feature == PhaseActivity.ANSWER]
    return min(days, default=None)
