"""What a look at one thing says."""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple


class Level(IntEnum):
    """How bad it is; the worst one is the command's exit code."""

    OK = 0
    LOOK = 1
    BROKEN = 2


class Finding(NamedTuple):
    """`what` is a sentence without its full stop; `remedy` is what to do, "" where nothing is to be done. No secret and no person is in either."""

    level: Level
    what: str
    remedy: str = ""


# Given the time, which is aware.
Check = Callable[[datetime], Iterator[Finding]]


def well(what: str) -> Finding:
    """All is as it should be."""
    return Finding(Level.OK, what)


def look(what: str, remedy: str) -> Finding:
    """Somebody should look at it."""
    return Finding(Level.LOOK, what, remedy)


def broken(what: str, remedy: str) -> Finding:
    """The portal, or a part of it, does not work."""
    return Finding(Level.BROKEN, what, remedy)
