"""What the process that looks into a document says to the one that asked, and how much it may take."""

import resource
import sys
from enum import IntEnum

MEMORY = 2 * 1024**3
CPU_SECONDS = 20


class ExitCode(IntEnum):
    """Exit codes. What dies of its bounds, or of a fault of a library, has another one: that document is damaged too."""

    TAKEN = 0
    LOCKED = 3
    DAMAGED = 4
    UNPACKS_TO_TOO_MUCH = 5
    ACTIVE = 6
    NO_DOCUMENT = 7
    TOO_LONG = 8


class DocumentRejected(Exception):
    """A document that is not taken."""

    def __init__(self, verdict: ExitCode) -> None:
        super().__init__(verdict.name)
        self.verdict = verdict


def limit_resources() -> None:
    """From here on this process has bounded memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def write_result(found: object) -> None:
    """Say what was found."""
    sys.stdout.write(str(found))
