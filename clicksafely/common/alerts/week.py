"""The week of the duty roster in Belgrade time: shifts, gaps, and overlaps of a person's shifts. Pure."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from clicksafely.common.alerts.models import BELGRADE, DutyShift

DAY: Final = 24 * 60
WEEK: Final = 7 * DAY


@dataclass(frozen=True)
class Segment:
    """A part of `day` with the same shifts, in the order of escalation; a gap without. Times are minutes after midnight."""

    day: date
    starts: int
    ends: int
    shifts: tuple[DutyShift, ...]

    @property
    def length(self) -> int:
        """The minutes."""
        return self.ends - self.starts

    @property
    def hours(self) -> str:
        """The times, as "08:00–16:00"."""
        return f"{clock(self.starts)}–{clock(self.ends)}"

    @property
    def start(self) -> str:
        """The time of the start, as "08:00"."""
        return clock(self.starts)


@dataclass(frozen=True)
class DutyDay:
    """A day with its segments, which cover it without gaps or overlaps."""

    day: date
    segments: tuple[Segment, ...]


def clock(minutes: int) -> str:
    """Return minutes after midnight as "08:00"; the end of a day is "24:00"."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def minutes_of(moment: time) -> int:
    """Return the minutes after midnight."""
    return moment.hour * 60 + moment.minute


def duty_days(shifts: Sequence[DutyShift], first: date, *, days: int = 7) -> list[DutyDay]:
    """Return the days from `first` on. A change of the clocks is left out: every day has 24 hours."""
    return [_day(shifts, first + timedelta(days=number)) for number in range(days)]


def next_change(shifts: Sequence[DutyShift], now: datetime) -> Segment | None:
    """Return the next segment with other shifts than those at `now` (aware), within eight days; None if there is none."""
    local = now.astimezone(BELGRADE)
    minute = local.hour * 60 + local.minute
    segments = [segment for day in duty_days(shifts, local.date(), days=9) for segment in day.segments]
    current = next(segment for segment in segments if segment.starts <= minute < segment.ends)
    later = segments[segments.index(current) + 1 :]
    return next((segment for segment in later if segment.shifts != current.shifts), None)


def find_overlap(shift: DutyShift, others: Iterable[DutyShift]) -> DutyShift | None:
    """Return the first of `others` that covers a minute of `shift` too; None if there is none."""
    for other in others:
        starts = [day for day in (shift.valid_from, other.valid_from) if day]
        ends = [day for day in (shift.valid_until, other.valid_until) if day]
        apart = starts and ends and max(starts) > min(ends)
        if not apart and any(a < d and c < b for a, b in _weekly(shift) for c, d in _weekly(other)):
            return other
    return None


def _day(shifts: Sequence[DutyShift], day: date) -> DutyDay:
    covered = [(start, end, shift) for shift in shifts for start, end in _minutes(shift, day)]
    edges = sorted({0, DAY, *(edge for start, end, _shift in covered for edge in (start, end))})
    segments: list[Segment] = []
    for start, end in itertools.pairwise(edges):
        here = tuple(shift for first, last, shift in covered if first <= start and end <= last)
        if segments and segments[-1].shifts == here:
            start = segments.pop().starts
        segments.append(Segment(day, start, end, here))
    return DutyDay(day, tuple(segments))


def _minutes(shift: DutyShift, day: date) -> list[tuple[int, int]]:
    """Return the minutes of `day` that the shift covers, also if it started on the day before."""
    start, end = minutes_of(shift.starts_at), minutes_of(shift.ends_at)
    found = []
    if _starts_on(shift, day - timedelta(days=1)) and shift.is_over_midnight and end:
        found.append((0, end))
    if _starts_on(shift, day):
        found.append((start, DAY if shift.is_over_midnight else end))
    return found


def _starts_on(shift: DutyShift, day: date) -> bool:
    return (
        day.isoweekday() in shift.weekdays
        and (shift.valid_from is None or shift.valid_from <= day)
        and (shift.valid_until is None or day <= shift.valid_until)
    )


def _weekly(shift: DutyShift) -> list[tuple[int, int]]:
    """Return the minutes of a week, from Monday, that the shift covers; a shift of Sunday night is split."""
    found = []
    for weekday in shift.weekdays:
        start = (weekday - 1) * DAY + minutes_of(shift.starts_at)
        end = (weekday - 1 + shift.is_over_midnight) * DAY + minutes_of(shift.ends_at)
        found += [(start, end)] if end <= WEEK else [(start, WEEK), (0, end - WEEK)]
    return found
