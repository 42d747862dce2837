"""A decoder that every picture crashes; runs in the sandbox."""

import ctypes


def main(*renditions: str) -> int:
    """Crash."""
    return len(ctypes.string_at(0))
