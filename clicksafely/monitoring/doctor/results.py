"""What a look at one thing says."""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """How bad it is; the worst one is the command's exit code."""

    OK = 0
    LOOK = 1
    BROKEN = 2


class CheckResult(NamedTuple):
    """`what` is a sentence without its full stop; `remedy` is what to do, "" where nothing is to be done. No secret and no person is in either."""

    level: Severity
    what: str
    remedy: str = ""


# Given the time, which is aware.
Check = Callable[[datetime], Iterator[CheckResult]]


def passed(what: str) -> CheckResult:
    """All is as it should be."""
    return CheckResult(Severity.OK, what)


def warning(what: str, remedy: str) -> CheckResult:
    """Somebody should look at it."""
    return CheckResult(Severity.LOOK, what, remedy)


def failed(what: str, remedy: str) -> CheckResult:
    """The portal, or a part of it, does not work."""
    return CheckResult(Severity.BROKEN, what, remedy)
