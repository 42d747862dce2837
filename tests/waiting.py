"""Waiting in tests for what other processes do."""

import time
from collections.abc import Callable

# For an action in a browser or what is expected of its page.
BROWSER_MILLISECONDS = 60_000


def until(condition: Callable[[], object], *, seconds: float = 120, what: str = "the condition") -> None:
    """Return as soon as the condition holds; fail when it does not within so many seconds.

    They are many, as a machine may be busy: how long a thing may take is measured elsewhere.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(0.02)
