"""Months, seasons and years, and their parts."""

import pytest

from clicksafely.common.statistics.periods import ALL_TIME, fill_gaps, season_code, sub_periods, year_of


@pytest.mark.parametrize(("month", "code"), [(1, "2026-21"), (7, "2026-21"), (8, "2026-23"), (12, "2026-23")])
def test_a_year_has_two_seasons_without_a_gap(month: int, code: str) -> None:
    assert season_code(2026, month) == code
    assert year_of(code) == "2026"


def test_seasons_are_in_calendar_order() -> None:
    periods = ["2026", "2026-23", "2026-21", "2025-23", "all"]
    assert sub_periods("2026", periods) == fill_gaps(sub_periods("2026", periods)) == ["2026-21", "2026-23"]
    assert sub_periods(ALL_TIME, periods) == ["2026"]


def test_months_between_the_first_and_the_last_are_not_left_out() -> None:
    assert fill_gaps(["2026-11", "2026-12"]) == ["2026-11", "2026-12"]
    assert fill_gaps(["2026-02", "2026-04"]) == ["2026-02", "2026-03", "2026-04"]
    assert fill_gaps(["2013", "2015"]) == ["2013", "2014", "2015"]
