"""Ages from a month of birth."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from youthpanel.ages import age_on, birthday_of_age, can_join

MAY_2011 = {"year": 2011, "month": 5}


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2026, 5, 1), 14),
        (date(2026, 5, 31), 14),
        (date(2026, 6, 1), 15),
        (date(2026, 12, 31), 15),
        (date(2027, 1, 1), 15),
    ],
)
def test_age_is_never_overestimated(day: date, age: int) -> None:
    assert age_on(day, **MAY_2011) == age


def test_born_in_december() -> None:
    assert age_on(date(2026, 12, 31), year=2011, month=12) == 14
    assert birthday_of_age(15, year=2011, month=12) == date(2027, 1, 1)


@given(some.integers(1990, 2030), some.integers(1, 12), some.integers(1, 30))
def test_birthday_is_the_first_day_of_the_age(year: int, month: int, age: int) -> None:
    day = birthday_of_age(age, year=year, month=month)
    assert age_on(day, year=year, month=month) == age
    assert age_on(date.fromordinal(day.toordinal() - 1), year=year, month=month) == age - 1


def test_age_limits_of_membership() -> None:
    assert not can_join(date(2022, 5, 31), **MAY_2011)
    assert can_join(date(2022, 6, 1), **MAY_2011)
    assert can_join(date(2030, 5, 31), **MAY_2011)
    assert not can_join(date(2030, 6, 1), **MAY_2011)
