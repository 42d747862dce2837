"""The clock of tests: away from full hours, and at the time of TRAVEL_TO."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from django.utils import timezone

from tests.servers import BASE_DIR
from tests.travel import away_from_full_hour, destination


@pytest.mark.parametrize(
    ("now", "start"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), datetime(2026, 12, 31, 22, 54, tzinfo=UTC)),
        (datetime(2026, 12, 31, 22, 57, tzinfo=UTC), None),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), None),
    ],
)
def test_no_test_reaches_a_full_hour_by_chance(now: datetime, start: datetime | None) -> None:
    assert away_from_full_hour(now) == start


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2028-02-29T10:00", datetime(2028, 2, 29, 9, tzinfo=UTC)),
        ("2027-03-28T03:00", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("2026-12-31T23:59+00:00", datetime(2026, 12, 31, 23, 59, tzinfo=UTC)),
    ],
)
def test_a_time_is_local_unless_it_names_its_offset(value: str, moment: datetime) -> None:
    assert destination(value) == moment


def test_days_are_counted_from_now() -> None:
    assert destination("+365") - timezone.now() > timedelta(days=364)


def test_days_from_now_can_name_a_local_time() -> None:
    moment = timezone.localtime(destination("+365T00:30"))
    assert (moment.hour, moment.minute) == (0, 30)
    assert moment.date() - timezone.localdate() == timedelta(days=365)


TRAVELLED = """
from datetime import date
import pytest
from django.utils.timezone import localdate

TODAY = localdate()

def test_here():
    assert TODAY == localdate() == date(2028, 2, 29)

@pytest.mark.real_time
def test_with_others():
    raise AssertionError
"""


def test_tests_start_at_a_given_time(tmp_path: Path) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(TRAVELLED)
    options = ["-c", BASE_DIR / "pyproject.toml", "--rootdir", BASE_DIR, "-q", "-p", "no:cacheprovider", "-n", "0"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *options, test],
        cwd=BASE_DIR,
        env=os.environ | {"TRAVEL_TO": "2028-02-29T10:00"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert "1 passed, 1 skipped" in result.stdout, result.stdout + result.stderr


def test_generated_examples_are_the_same_in_each_fast_run_only() -> None:
    """Also with CI, which changes the defaults of hypothesis."""
    some, many = (hypothesis.settings.get_profile(name) for name in ("some", "many"))
    assert (some.derandomize, many.derandomize, many.print_blob) == (True, False, True)
