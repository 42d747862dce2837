"""A month as a calendar shows it. Pure but for what stands on its days."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime, time, timedelta

from awareness.events.models.event import FIRST_YEAR, LAST_YEAR
from awareness.events.staff.local_time import BELGRADE
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
        """Its first moment in Belgrade."""
        return datetime.combine(self.first, time(), BELGRADE)

    def plus(self, months: int) -> "Month":
        """So many months later."""
        total = self.year * 12 + self.number - 1 + months
        return Month(total // 12, total % 12 + 1)


def month_of(moment: datetime) -> Month:
    """The month in Belgrade."""
    local = moment.astimezone(BELGRADE)
    return Month(local.year, local.month)


def read_month(text: str) -> Month | None:
    """`2026-11`; None where that is no month of a calendar that anybody keeps."""
    found = _MONTH.fullmatch(text)
    month = Month(int(found[1]), int(found[2])) if found else None
    return month if month and FIRST_YEAR <= month.year <= LAST_YEAR else None


@dataclass(frozen=True)
class CalendarDay:
    """A day of the calendar with what begins on it."""

    day: Day
    inside: bool
    today: bool
    dates: list[DateRow]


def weeks_of(month: Month, dates: Iterable[DateRow], now: datetime) -> list[list[CalendarDay]]:
    """Whole weeks from Monday on; days of the months beside it are there, with nothing on them."""
    by_day: dict[Day, list[DateRow]] = {}
    for each in dates:
        by_day.setdefault(each.date.starts_at.astimezone(BELGRADE).date(), []).append(each)
    today = now.astimezone(BELGRADE).date()
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
