"""Progress line of commands that load content."""

from typing import Final

from django.core.management.base import OutputWrapper

WIDTH: Final = 24  # characters of a full bar


class Progress:
    """One line: a bar that grows on a terminal, the last count in a file."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._moves = out.isatty()
        self._line = ""

    def show(self, label: str, done: int, total: int) -> None:
        """Print the progress."""
        self._line = f"{label}: {done} of {total}"
        if self._moves:
            full = WIDTH * done // total
            self._out.write(f"\r{'█' * full}{'░' * (WIDTH - full)} {self._line}", ending="")
            self._out.flush()

    def finish(self) -> bool:
        """End the line; return whether there was one."""
        if self._line:
            self._out.write("" if self._moves else self._line)
        return bool(self._line)
