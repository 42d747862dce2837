"""Numbers of pending work beside the entries of the staff menu, and on the home page."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from time import monotonic
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language

# A page may show a number this old; counting for each page would cost a query per entry.
SECONDS: Final = 10.0
# Users times entries times languages; a process forgets all numbers beyond it.
_MAX_CACHED: Final = 2000


class HomeArea(StrEnum):
    """The groups of counts on the home page."""

    WAITING = "waiting"
    DUE = "due"
    FAILED = "failed"


class EntryCount(NamedTuple):
    """A number of rows on the page of a menu entry.

    The home page lists it in `area`, by `label` or else the name of the entry. `query` filters the page to these rows.
    """

    number: int
    label: str | Promise = ""
    query: str = ""
    area: HomeArea = HomeArea.WAITING


type Counter = Callable[[Any], int]
type EntryCounter = Callable[[Any], Sequence[EntryCount]]

_counters: dict[str, EntryCounter] = {}
_counted: dict[tuple[str, int | None, str | None], tuple[float, Sequence[EntryCount]]] = {}


def register_waiting(
    target: str,
    counter: Counter,
    *,
    label: str | Promise = "",
    query: str = "",
    area: HomeArea = HomeArea.WAITING,
) -> None:
    """Show `counter(user)` beside the menu entry `target` (see `menu.MenuEntry`), and on the home page: see `EntryCount`.

    Counters need no more than one indexed query.
    """
    register_entry_counts(target, lambda user: (EntryCount(counter(user), label, query, area),))


def register_entry_counts(target: str, counter: EntryCounter) -> None:
    """Show the sum of `counter(user)` beside the menu entry `target`, and each number on the home page. One query."""
    _counters[target] = counter


def entry_counts(target: str, user: Any) -> Sequence[EntryCount]:
    """Return the numbers of an entry for a user who sees it, at most `SECONDS` old.

    Empty for entries without a counter.
    """
    counter = _counters.get(target)
    if counter is None:
        return ()
    key = (target, user.pk, get_language())
    at, counts = _counted.get(key, (None, ()))
    if at is None or monotonic() - at > SECONDS:
        counts = counter(user)
        if len(_counted) >= _MAX_CACHED:
            forget_counts()
        _counted[key] = (monotonic(), counts)
    return counts


def count_waiting(target: str, user: Any) -> int:
    """Return the sum of `entry_counts`."""
    return sum(count.number for count in entry_counts(target, user))


def forget_counts() -> None:
    """Count again for the next page."""
    _counted.clear()
