"""Ages of members, from a birth year and month: nobody's day of birth is kept. Pure."""

from datetime import date
from typing import Final

YOUNGEST, OLDEST = 11, 18
# Law on Personal Data Protection of Serbia (2018), article 16: from 15 on a consent in services of the information society is one's own.
SELF_CONSENT_AGE: Final = 15


def age_on(day: date, *, year: int, month: int) -> int:
    """Full years on `day` of somebody born in that month; the birthday counts from the first day after the month, so that nobody is taken for older."""
    return day.year - year - (day.month <= month)


def birthday_of_age(age: int, *, year: int, month: int) -> date:
    """The first day on which somebody born in that month is `age` for `age_on`."""
    return date(year + age + month // 12, month % 12 + 1, 1)


def can_join(day: date, *, year: int, month: int) -> bool:
    """Whether somebody born in that month may become a member on `day`."""
    return YOUNGEST <= age_on(day, year=year, month=month) <= OLDEST
