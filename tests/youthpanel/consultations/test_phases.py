"""The current phase, and the validation of phases."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from youthpanel.consultations.phases import (
    PhaseCheckResult,
    PhaseFault,
    answer_date,
    build_timeline,
    check_phases,
    phase_bars,
)

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Days:
    """A period between two days."""

    begin: float
    end: float
    feature: str = "collect"

    @property
    def starts_at(self) -> datetime:
        return START + timedelta(days=self.begin)

    @property
    def ends_at(self) -> datetime:
        return START + timedelta(days=self.end)


FIRST, SECOND, THIRD = Days(0, 2), Days(2, 4), Days(6, 8)


@pytest.mark.parametrize(
    ("days", "before", "now", "following"),
    [
        (-1, (), None, FIRST),
        (0, (), FIRST, SECOND),
        (2, (FIRST,), SECOND, THIRD),
        (4, (FIRST, SECOND), None, THIRD),
        (8, (FIRST, SECOND, THIRD), None, None),
    ],
)
def test_the_phases_around_a_moment(
    days: int, before: tuple[Days, ...], now: Days | None, following: Days | None
) -> None:
    timeline = build_timeline([THIRD, FIRST, SECOND], START + timedelta(days=days))
    assert (timeline.before, timeline.now, timeline.next) == (before, now, following)


@pytest.mark.parametrize(
    ("phases", "found"),
    [
        ([FIRST, SECOND], []),
        ([Days(2, 2)], [PhaseCheckResult(0, PhaseFault.ENDS_FIRST, None)]),
        ([FIRST, Days(1, 3)], [PhaseCheckResult(1, PhaseFault.OVERLAP, 0)]),
        ([Days(1, 3), FIRST], [PhaseCheckResult(0, PhaseFault.OVERLAP, 1)]),
        (
            [Days(0, 9), FIRST, SECOND],
            [PhaseCheckResult(1, PhaseFault.OVERLAP, 0), PhaseCheckResult(2, PhaseFault.OVERLAP, 0)],
        ),
        ([FIRST, THIRD], [PhaseCheckResult(1, PhaseFault.GAP, 0)]),
        ([FIRST, Days(9, 7), SECOND], [PhaseCheckResult(1, PhaseFault.ENDS_FIRST, None)]),
    ],
)
def test_problems_of_phases(phases: list[Days], found: list[PhaseCheckResult]) -> None:
    assert check_phases(phases) == found


def test_the_day_of_answers_is_the_first_of_answering() -> None:
    assert answer_date([FIRST, Days(5, 6, "answer"), Days(3, 4, "answer")]) == date(2026, 3, 4)
    assert answer_date([FIRST]) is None


@pytest.mark.parametrize(
    ("day", "places", "today"),
    [
        (0, ["now", "after", "after"], 0),
        (5, ["before", "before", "after"], 62.5),
        (8, ["before", "before", "before"], 100),
        (9, ["before", "before", "before"], None),
    ],
)
def test_the_bars_fill_the_line(day: float, places: list[str], today: float | None) -> None:
    bars, position = phase_bars([THIRD, FIRST, SECOND], START + timedelta(days=day))  # type: ignore[list-item]
    assert [(bar.x, bar.width) for bar in bars] == [(0, 25), (25, 25), (75, 25)]
    assert [bar.place for bar in bars] == places
    assert position == today
    assert phase_bars([], START) == ([], None)
