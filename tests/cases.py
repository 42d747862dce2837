"""Many cases in one test: all that fail are reported together."""

from collections.abc import Callable, Iterable

import pytest
from django.db import transaction


def failed_cases[Case](check: Callable[[Case], None], cases: Iterable[Case]) -> dict[str, str]:
    """Run the check of every case. Returns the message of each case that fails; there must be cases."""
    failed, count = {}, 0
    for case in cases:
        count += 1
        try:
            check(case)
        except (AssertionError, pytest.fail.Exception) as error:
            failed[getattr(case, "__name__", str(case))] = str(error)
    assert count, "no case"
    return failed


def rolled_back[Case](check: Callable[[Case], None]) -> Callable[[Case], None]:
    """Return the check, each call in a transaction of its own that leaves no row."""

    def call(case: Case) -> None:
        with transaction.atomic():
            try:
                check(case)
            finally:
                transaction.set_rollback(True)

    return call
