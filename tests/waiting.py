"""Waiting in tests for what other processes do."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], *, seconds: float = 15, what: str = "the condition") -> None:
    """Return as soon as the condition holds; fail when it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(0.02)
