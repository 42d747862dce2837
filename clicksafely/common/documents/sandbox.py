"""Asks a process of its own what somebody's file is or holds: whatever the file does to it, the portal goes on."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from django.conf import settings
from django.utils.functional import Promise

from clicksafely.common.documents.exit_codes import ExitCode

# Its work is bounded by the processor time it may take; this only ends what hangs. A busy machine must not call a good file damaged.
TIMEOUT_SECONDS = 180
_PACKAGE: Final = "clicksafely.common.documents"


class DocumentRefused(Exception):
    """A document that is not taken; `message` says why, for the person who chose it."""

    def __init__(self, message: Promise) -> None:
        super().__init__(message)
        self.message = message


def run_sandboxed(
    module: str, arguments: Sequence[str], *, words: Mapping[ExitCode, Promise], damaged: Promise, content: bytes = b""
) -> bytes:
    """What `module` of this package says of its arguments and of `content`, which it reads from its input.

    Raises DocumentRefused with the words for its verdict; with `damaged` where it has none, hangs or dies.
    """
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and all names are our own
            [sys.executable, "-m", f"{_PACKAGE}.{module}", *arguments],
            cwd=settings.BASE_DIR,
            input=content,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentRefused(damaged) from error
    if done.returncode != ExitCode.TAKEN:
        # Also where it died of the document: of a signal, or with a code that is none of ours.
        raise DocumentRefused({int(verdict): text for verdict, text in words.items()}.get(done.returncode, damaged))
    return done.stdout
