"""Journal of responses and acknowledgements, and the violations that it shows by itself."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations, groupby


class Outcome(StrEnum):
    """The outcome of a request. Only the last two are failures of the portal while a dependency fails."""

    FINE = "fine"
    # An error page of the portal with an explanation and advice.
    REFUSED = "refused"
    # The connection broke, or timed out.
    BROKEN = "broken"
    # An undesigned error page, or status 500.
    BARE = "bare"
    # A page for another user, recognised by the wrong language.
    WRONG = "wrong"


FAULTS = frozenset({Outcome.BARE, Outcome.WRONG})


@dataclass(frozen=True)
class Answer:
    """A response; `at` is monotonic time in seconds."""

    at: float
    who: str
    what: str
    outcome: Outcome


@dataclass(frozen=True)
class Acknowledged:
    """A report with a receipt that its sender has seen; `marker` is unique. `pictured`: its summary had a picture."""

    marker: str
    receipt: str
    pictured: bool = False


@dataclass(frozen=True)
class Hold:
    """An analyst certainly held a case from `since` to `until` (monotonic seconds)."""

    case: int
    analyst: str
    since: float
    until: float


@dataclass
class Journal:
    """The journal, which many threads write."""

    answers: list[Answer] = field(default_factory=list)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    # Markers whose sender saw a different receipt on resubmission.
    two_receipts: list[str] = field(default_factory=list)
    # Markers whose sender gave up. The report may have arrived.
    given_up: list[str] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    # Acknowledged answers: (pupil's key, position).
    class_answers: set[tuple[str, int]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, who: str, what: str, outcome: Outcome) -> None:
        """Record a response now."""
        with self._lock:
            self.answers.append(Answer(time.monotonic(), who, what, outcome))

    def count(self, *outcomes: Outcome) -> int:
        """The number of requests with this outcome."""
        return sum(answer.outcome in outcomes for answer in self.answers)

    def troubled_until(self, since: float) -> float:
        """The time of the last unserved request after `since`, or `since` if all were served."""
        return max(
            (each.at for each in self.answers if each.at > since and each.outcome != Outcome.FINE), default=since
        )


def double_holds(holds: Iterable[Hold]) -> int:
    """The number of overlapping holds of one case by two analysts."""
    ordered = sorted(holds, key=lambda hold: hold.case)
    pairs = (pair for _case, same in groupby(ordered, key=lambda hold: hold.case) for pair in combinations(same, 2))
    return sum(
        one.analyst != other.analyst and one.since < other.until and other.since < one.until for one, other in pairs
    )
