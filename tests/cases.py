"""Many cases in one test: all that fail are reported together."""

from collections.abc import Callable, Iterable

import pytest


def failed_cases[Case](check: Callable[[Case], None], cases: Iterable[Case]) -> dict[str, str]:
    """Run the check of every case. Returns the message of each case that fails; there must be cases."""
    failed, count = {}, 0
    for case in cases:
        count += 1
        try:
            check(case)
        except (AssertionError, pytest.fail.Exception) as error:
            failed[str(case)] = str(error)
    assert count, "no case"
    return failed
