"""Tests of the week of the duty roster: segments, gaps, the next change, overlaps."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from clicksafely.common.alerts.models import DutyShift
from clicksafely.common.alerts.week import duty_days, find_overlap, next_change

MONDAY = date(2026, 3, 2)


def shift(start: str, end: str, days: str = "1234567", *, pk: int = 1, **columns: Any) -> DutyShift:
    weekdays = [int(day) for day in days]
    hours = {"starts_at": time.fromisoformat(start), "ends_at": time.fromisoformat(end)}
    return DutyShift(pk=pk, weekdays=weekdays, **hours, **columns)


def segments(*shifts: DutyShift, day: date = MONDAY) -> list[tuple[str, list[int]]]:
    (found,) = duty_days(shifts, day, days=1)
    return [(segment.hours, [each.pk for each in segment.shifts]) for segment in found.segments]


def test_gaps_before_and_after_and_two_at_once() -> None:
    assert segments(shift("08:00", "16:00"), shift("12:00", "20:00", pk=2)) == [
        ("00:00–08:00", []),
        ("08:00–12:00", [1]),
        ("12:00–16:00", [1, 2]),
        ("16:00–20:00", [2]),
        ("20:00–24:00", []),
    ]


def test_a_night_belongs_to_both_days() -> None:
    assert segments(shift("22:00", "06:00")) == [("00:00–06:00", [1]), ("06:00–22:00", []), ("22:00–24:00", [1])]
    # Of Sunday only: Monday has its end.
    assert segments(shift("22:00", "06:00", "7")) == [("00:00–06:00", [1]), ("06:00–24:00", [])]


def test_a_shift_of_a_day_leaves_no_gap() -> None:
    assert segments() == [("00:00–24:00", [])]
    assert segments(shift("00:00", "00:00")) == [("00:00–24:00", [1])]
    assert segments(shift("07:00", "07:00")) == [("00:00–24:00", [1])]
    assert segments(shift("16:00", "00:00")) == [("00:00–16:00", []), ("16:00–24:00", [1])]


def test_the_next_change() -> None:
    day, night = shift("08:00", "20:00"), shift("20:00", "08:00", pk=2)
    # 09:30 in Belgrade.
    found = next_change([day, night], datetime(2026, 3, 2, 8, 30, tzinfo=UTC))
    assert found is not None
    assert (found.day, found.start, found.shifts) == (MONDAY, "20:00", (night,))
    # A gap is a change too, and a night goes on over midnight.
    found = next_change([night], datetime(2026, 3, 2, 20, tzinfo=UTC))
    assert found is not None
    assert (found.day, found.start, found.shifts) == (date(2026, 3, 3), "08:00", ())
    assert next_change([], datetime(2026, 3, 2, 8, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        (shift("08:00", "16:00"), shift("15:59", "20:00"), True),
        (shift("08:00", "16:00"), shift("16:00", "20:00"), False),
        (shift("08:00", "16:00", "123"), shift("08:00", "16:00", "45"), False),
        # The night of Sunday and the morning of Monday.
        (shift("22:00", "06:00", "7"), shift("05:00", "07:00", "1"), True),
        (shift("22:00", "06:00", "7"), shift("06:00", "07:00", "1"), False),
        (shift("08:00", "16:00", valid_until=date(2026, 3, 1)), shift("08:00", "16:00", valid_from=MONDAY), False),
        (shift("08:00", "16:00", valid_until=MONDAY), shift("08:00", "16:00", valid_from=MONDAY), True),
        (shift("08:00", "16:00", valid_until=MONDAY), shift("08:00", "16:00"), True),
    ],
)
def test_overlaps(first: DutyShift, second: DutyShift, overlap: bool) -> None:
    assert bool(find_overlap(first, [second])) == overlap
    assert bool(find_overlap(second, [first])) == overlap
