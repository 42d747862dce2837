"""Month calendar: whole weeks with the dates of each day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime, time, timedelta

from django.utils.timezone import localdate, make_aware

from awareness.events.models.event import FIRST_YEAR, LAST_YEAR
from awareness.events.staff.selectors import DateRow

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def first(self) -> Day:
        return Day(self.year, self.number, 1)

    @property
    def starts_at(self) -> datetime:
        """The start of the month in Belgrade time (aware)."""
        return make_aware(datetime.combine(self.first, time()))

    def plus(self, months: int) -> "Month":
        """Return the month `months` later."""
        total = self.year * 12 + self.number - 1 + months
        return Month(total // 12, total % 12 + 1)


def month_of(moment: datetime) -> Month:
    """Return the month of `moment` in Belgrade time."""
    day = localdate(moment)
    return Month(day.year, day.month)


def read_month(text: str) -> Month | None:
    """Parse `2026-11`; None if invalid or outside FIRST_YEAR to LAST_YEAR."""
    found = _MONTH.fullmatch(text)
    month = Month(int(found[1]), int(found[2])) if found else None
    return month if month and FIRST_YEAR <= month.year <= LAST_YEAR else None


@dataclass(frozen=True)
class CalendarDay:
    """A day with the dates that begin on it; `inside` if it belongs to the month."""

    day: Day
    inside: bool
    today: bool
    dates: list[DateRow]


def weeks_of(month: Month, dates: Iterable[DateRow], now: datetime) -> list[list[CalendarDay]]:
    """Whole weeks from Monday; days of adjacent months are empty."""
    by_day: dict[Day, list[DateRow]] = {}
    for each in dates:
        by_day.setdefault(localdate(each.date.starts_at), []).append(each)
    today = localdate(now)
    day = month.first - timedelta(days=month.first.weekday())
    end = month.plus(1).first
    weeks = []
    while day < end:
        week = []
        for _ in range(7):
            inside = (day.year, day.month) == (month.year, month.number)
            week.append(CalendarDay(day, inside, day == today, by_day.get(day, []) if inside else []))
            day += timedelta(days=1)
        weeks.append(week)
    return weeks
