"""Exit codes of the processes that read documents."""

import sys
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes. A process that exceeds its limits or crashes has another code; the document then counts as damaged."""

    TAKEN = 0
    LOCKED = 3
    DAMAGED = 4
    UNPACKS_TO_TOO_MUCH = 5
    ACTIVE = 6
    NO_DOCUMENT = 7
    TOO_LONG = 8


class DocumentRejected(Exception):
    """A document that is rejected."""

    def __init__(self, verdict: ExitCode) -> None:
        super().__init__(verdict.name)
        self.verdict = verdict


def write_result(found: object) -> None:
    """Write the result to standard output."""
    sys.stdout.write(str(found))
