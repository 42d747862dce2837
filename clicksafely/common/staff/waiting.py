"""Numbers beside the entries of the staff menu: pending decisions on the page of the entry."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Final

# A page may show a number this old; counting for each page would cost a query per entry.
SECONDS: Final = 10.0
# Users times entries; a process forgets all numbers beyond it.
_MAX_CACHED: Final = 2000

type Counter = Callable[[Any], int]

_counters: dict[str, Counter] = {}
_counted: dict[tuple[str, int | None], tuple[float, int]] = {}


def register_waiting(target: str, counter: Counter) -> None:
    """Show `counter(user)` beside the menu entry `target` (see `menu.MenuEntry`). Counters need no more than one indexed query."""
    _counters[target] = counter


def count_waiting(target: str, user: Any) -> int:
    """Return the number of an entry for a user who sees it, at most `SECONDS` old; 0 for entries without a counter."""
    counter = _counters.get(target)
    if counter is None:
        return 0
    at, number = _counted.get((target, user.pk), (None, 0))
    if at is None or monotonic() - at > SECONDS:
        number = counter(user)
        if len(_counted) >= _MAX_CACHED:
            forget_counts()
        _counted[target, user.pk] = (monotonic(), number)
    return number


def forget_counts() -> None:
    """Count again for the next page."""
    _counted.clear()
