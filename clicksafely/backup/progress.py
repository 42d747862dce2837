"""Progress output of long commands: a line for each stage and, on a terminal, an update each second."""

import time
from typing import Final

from django.core.management.base import OutputWrapper

EVERY: Final = 1.0


class ProgressPrinter:
    """Receives progress texts. Counts (`Writing files: 3 of 9`) are printed once a second and overwritten on a terminal."""

    def __init__(self, output: OutputWrapper) -> None:
        self._output = output
        self._stage = ""
        self._printed_at = 0.0

    def __call__(self, doing: str) -> None:
        stage, colon, _count = doing.partition(":")
        now = time.monotonic()
        if stage == self._stage and (not self._output.isatty() or now - self._printed_at < EVERY):
            return
        self._stage, self._printed_at = stage, now
        self._output.write(f"{doing} ...", ending="\r" if colon and self._output.isatty() else "\n")
