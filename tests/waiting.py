"""Waiting in tests for effects of other processes."""

import time
from collections.abc import Callable

import psutil

# For an action in a browser or an expectation of its page.
BROWSER_MILLISECONDS = 60_000


def until(condition: Callable[[], object], *, seconds: float = 300, what: str = "the condition") -> None:
    """Return as soon as the condition holds; fail after a timeout in seconds.

    Timeouts are generous, because the machine may be busy; performance is measured elsewhere.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not become true within {seconds} s"
        time.sleep(0.02)


def has_not_ended(process: psutil.Process) -> bool:
    """Whether a process still runs; one that ends between the two questions has ended."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
