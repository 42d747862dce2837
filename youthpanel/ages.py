"""Ages of members, from a birth year and month. Pure; the day of birth is not stored."""

from datetime import date
from typing import Final

YOUNGEST, OLDEST = 11, 18
# Law on Personal Data Protection of Serbia (2018), article 16: a person of 15 consents to information society services
# alone.
SELF_CONSENT_AGE: Final = 15


def age_on(day: date, *, year: int, month: int) -> int:
    """Full years on `day`. The birthday counts from the first day after the birth month, so no age is overstated."""
    return day.year - year - (day.month <= month)


def birthday_of_age(age: int, *, year: int, month: int) -> date:
    """Return the first day on which `age_on` returns `age`."""
    return date(year + age + month // 12, month % 12 + 1, 1)


def can_join(day: date, *, year: int, month: int) -> bool:
    """Return whether a person born in that month may become a member on `day`."""
    return YOUNGEST <= age_on(day, year=year, month=month) <= OLDEST
