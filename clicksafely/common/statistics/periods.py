"""Periods of figures: a month "2026-03", a season "2026-21" or "2026-23", a year "2026", or "all" of the time. Pure.

Seasons are written as in ISO 8601-2 (EDTF, level 1): 21 is spring, 23 autumn. What is counted by months is not counted by seasons.
"""

from collections.abc import Iterable
from datetime import date

ALL_TIME = "all"
SPRING, AUTUMN = "21", "23"
# Events come in two seasons: one until the summer, one after it.
LAST_MONTH_OF_SPRING = 7


def month_code(first: date) -> str:
    """The code of a month by its first day."""
    return f"{first:%Y-%m}"


def season_code(year: int, month: int) -> str:
    """The code of the season that a month, from 1 to 12, belongs to."""
    return f"{year}-{SPRING if month <= LAST_MONTH_OF_SPRING else AUTUMN}"


def year_of(month: str) -> str:
    """The year that a month or season belongs to."""
    return month[:4]


def sub_periods(period: str, periods: Iterable[str]) -> list[str]:
    """Those of `periods` that it consists of, in order: years of all the time, months or seasons of a year, nothing of these."""
    if period == ALL_TIME:
        return sorted(each for each in periods if len(each) == 4)
    return sorted(each for each in periods if len(each) == 7 and len(period) == 4 and each.startswith(period))


def fill_gaps(parts: list[str]) -> list[str]:
    """Sorted months of a year, or years, with those between the first and the last that are missing; seasons as they are."""
    if not parts:
        return []
    first, last = parts[0], parts[-1]
    if len(first) == 4:
        return [str(year) for year in range(int(first), int(last) + 1)]
    if first[5:] in {SPRING, AUTUMN}:
        return parts
    return [f"{first[:4]}-{month:02}" for month in range(int(first[5:]), int(last[5:]) + 1)]


def months_of(period: str) -> list[str]:
    """The months of a quarter, 2026-Q1; none of anything else."""
    year, _dash, quarter = period.partition("-Q")
    if not quarter:
        return []
    first = 3 * (int(quarter) - 1) + 1
    return [f"{year}-{month:02}" for month in range(first, first + 3)]
