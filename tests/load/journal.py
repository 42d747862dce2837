"""What everybody was answered and promised, and what can be told from that alone."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations, groupby


class Outcome(StrEnum):
    """How a request ended. Only the last two are the portal's fault while something beside it is broken."""

    FINE = "fine"
    # A page of ours that says what is the matter and what to do.
    REFUSED = "refused"
    # The line broke, or nobody answered.
    BROKEN = "broken"
    # An error that no page was designed for, or 500.
    BARE = "bare"
    # Somebody else's page: another language than was asked for.
    WRONG = "wrong"


FAULTS = frozenset({Outcome.BARE, Outcome.WRONG})


@dataclass(frozen=True)
class Answer:
    """`at` is of the monotonic clock, in seconds."""

    at: float
    who: str
    what: str
    outcome: Outcome


@dataclass(frozen=True)
class Acknowledged:
    """A report whose receipt its sender has seen; `marker` is the one word that nobody else's report has. `pictured`: its summary had a picture."""

    marker: str
    receipt: str
    pictured: bool = False


@dataclass(frozen=True)
class Hold:
    """An analyst had a case for sure from `since` to `until` (monotonic seconds)."""

    case: int
    analyst: str
    since: float
    until: float


@dataclass
class Journal:
    """Written by many threads."""

    answers: list[Answer] = field(default_factory=list)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    # Markers whose sender saw another receipt the second time.
    two_receipts: list[str] = field(default_factory=list)
    # Markers whose sender lost patience: they may have arrived, or not.
    given_up: list[str] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    # (pupil's key, position) that a pupil was told is kept.
    class_answers: set[tuple[str, int]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, who: str, what: str, outcome: Outcome) -> None:
        """Somebody was answered just now."""
        with self._lock:
            self.answers.append(Answer(time.monotonic(), who, what, outcome))

    def count(self, *outcomes: Outcome) -> int:
        """How many requests ended so."""
        return sum(answer.outcome in outcomes for answer in self.answers)

    def troubled_until(self, since: float) -> float:
        """When the last request after `since` was not served; `since` where all were."""
        return max(
            (each.at for each in self.answers if each.at > since and each.outcome != Outcome.FINE), default=since
        )


def double_holds(holds: Iterable[Hold]) -> int:
    """How many pairs of holds of one case by two analysts overlap."""
    ordered = sorted(holds, key=lambda hold: hold.case)
    pairs = (pair for _case, same in groupby(ordered, key=lambda hold: hold.case) for pair in combinations(same, 2))
    return sum(
        one.analyst != other.analyst and one.since < other.until and other.since < one.until for one, other in pairs
    )
