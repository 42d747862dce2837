"""Runs document readers in the sandbox, and translates their exit codes into messages."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.documents.exit_codes import ExitCode
from clicksafely.common.sandbox.runner import SandboxBusy, SandboxFailed, place_in_pool, run_sandboxed

BUSY = _("Too many files are being checked right now. Please add this one again in a minute.")
_PACKAGE: Final = "clicksafely.common.documents"


class DocumentRefused(Exception):
    """A rejected document; `message` explains the reason to the uploader."""

    def __init__(self, message: Promise) -> None:
        super().__init__(message)
        self.message = message


def read_document(
    module: str,
    content: bytes | Path,
    arguments: Sequence[str] = (),
    *,
    words: Mapping[ExitCode, Promise],
    damaged: Promise,
) -> bytes:
    """Return the output of `module` of this package for a document.

    Raises DocumentRefused with the message for the exit code; `damaged` for other codes, hangs and crashes.
    """
    try:
        with place_in_pool():
            return run_sandboxed(f"{_PACKAGE}.{module}", arguments, content=content)
    except SandboxBusy as error:
        raise DocumentRefused(BUSY) from error
    except SandboxFailed as failed:
        # Including crashes: by a signal, or with an unknown code.
        raise DocumentRefused(
            {int(code): text for code, text in words.items()}.get(failed.code or -1, damaged)
        ) from failed
