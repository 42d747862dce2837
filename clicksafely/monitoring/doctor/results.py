"""Result types of the doctor checks."""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """Severity of a result; the highest one is the command's exit code."""

    OK = 0
    LOOK = 1
    BROKEN = 2


class CheckResult(NamedTuple):
    """`what` is a sentence without its full stop; `remedy` is the action required, or "". Neither contains secrets or personal data."""

    level: Severity
    what: str
    remedy: str = ""


# Takes the current time (aware).
Check = Callable[[datetime], Iterator[CheckResult]]


def passed(what: str) -> CheckResult:
    """Return a result without a problem."""
    return CheckResult(Severity.OK, what)


def warning(what: str, remedy: str) -> CheckResult:
    """Return a result that requires attention."""
    return CheckResult(Severity.LOOK, what, remedy)


def failed(what: str, remedy: str) -> CheckResult:
    """Return a result for a failure of the portal or a part of it."""
    return CheckResult(Severity.BROKEN, what, remedy)
