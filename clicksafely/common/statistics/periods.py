"""Codes of statistical periods: a month "2026-03", a season "2026-21" or "2026-23", a year "2026", or "all". Pure."""

from collections.abc import Iterable
from datetime import date

ALL_TIME = "all"
# ISO 8601-2 (EDTF, level 1). A measure is counted either by months or by seasons.
SPRING, AUTUMN = "21", "23"
# Events have two seasons: one until the summer, one after it.
LAST_MONTH_OF_SPRING = 7


def month_code(first: date) -> str:
    """Return the code of a month by its first day."""
    return f"{first:%Y-%m}"


def season_code(year: int, month: int) -> str:
    """Return the code of the season of a month, from 1 to 12."""
    return f"{year}-{SPRING if month <= LAST_MONTH_OF_SPRING else AUTUMN}"


def year_of(month: str) -> str:
    """Return the year of a month or season."""
    return month[:4]


def sub_periods(period: str, periods: Iterable[str]) -> list[str]:
    """Return those of `periods` that are parts of `period`, in order.

    The whole time has years, and a year has months or seasons. Other periods have no parts.
    """
    if period == ALL_TIME:
        return sorted(each for each in periods if len(each) == 4)
    return sorted(each for each in periods if len(each) == 7 and len(period) == 4 and each.startswith(period))


def fill_gaps(parts: list[str]) -> list[str]:
    """Return sorted months of a year, or years, with the gaps filled; seasons unchanged."""
    if not parts:
        return []
    first, last = parts[0], parts[-1]
    if len(first) == 4:
        return [str(year) for year in range(int(first), int(last) + 1)]
    if first[5:] in {SPRING, AUTUMN}:
        return parts
    return [f"{first[:4]}-{month:02}" for month in range(int(first[5:]), int(last[5:]) + 1)]


def months_of(period: str) -> list[str]:
    """Return the months of a quarter, such as 2026-Q1; empty for other periods."""
    year, _dash, quarter = period.partition("-Q")
    if not quarter:
        return []
    first = 3 * (int(quarter) - 1) + 1
    return [f"{year}-{month:02}" for month in range(first, first + 3)]
