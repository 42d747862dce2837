"""Periods of figures: a month "2026-03", a year "2026", or "all" of the time. Pure."""

from collections.abc import Iterable
from datetime import date

ALL = "all"


def month_code(first: date) -> str:
    """The code of a month by its first day."""
    return f"{first:%Y-%m}"


def year_of(month: str) -> str:
    """The year that a month belongs to."""
    return month[:4]


def parts_of(period: str, periods: Iterable[str]) -> list[str]:
    """Those of `periods` that it consists of, in order: years of all the time, months of a year, nothing of a month."""
    if period == ALL:
        return sorted(each for each in periods if len(each) == 4)
    return sorted(each for each in periods if len(each) == 7 and len(period) == 4 and each.startswith(period))


def within(parts: list[str]) -> list[str]:
    """Sorted months of a year, or years, with those between the first and the last that are missing."""
    if not parts:
        return []
    first, last = parts[0], parts[-1]
    if len(first) == 4:
        return [str(year) for year in range(int(first), int(last) + 1)]
    return [f"{first[:4]}-{month:02}" for month in range(int(first[5:]), int(last[5:]) + 1)]


def months_of(period: str) -> list[str]:
    """The months of a quarter, 2026-Q1; none of anything else."""
    year, _dash, quarter = period.partition("-Q")
    if not quarter:
        return []
    first = 3 * (int(quarter) - 1) + 1
    return [f"{year}-{month:02}" for month in range(first, first + 3)]
