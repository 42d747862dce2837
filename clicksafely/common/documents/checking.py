"""Asks a process of its own what a document is, and puts its verdict into words."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.documents.verdicts import Verdict, surroundings

PDF: Final = "application/pdf"
# Its work is bounded by the processor time it may take; this only ends what hangs. A busy machine must not call a good file damaged.
SECONDS = 180
_PACKAGE: Final = "clicksafely.common.documents"
OLD_OFFICE_HEAD: Final = b"\xd0\xcf\x11\xe0"

DAMAGED = _("This file is damaged or did not arrive whole. Save it again and choose it again.")
UNPACKS_TO_TOO_MUCH = _("This file unpacks to far more than a document holds. It was not taken.")
HAS_MACROS = _("There are macros or other active parts in this document. Save it without them and choose it again.")
ENCRYPTED = _("This document is protected by a password. Save it without one and choose it again.")
NO_DOCUMENT = _(
    "This is an archive, and no document of a kind that we know. Add what is in it one by one, as PDF or as an office document."
)
BROKEN_PDF = _("This PDF cannot be opened: it is damaged or did not arrive whole. Save it again and choose it again.")
LOCKED_PDF = _("This PDF is protected by a password. Save it without one and choose it again.")
OLD_OFFICE = _("This is a document of an old kind. Save it as .docx, .pptx, .xlsx or PDF and choose it again.")

_WORDS: Final = {
    Verdict.LOCKED: ENCRYPTED,
    Verdict.UNPACKS_TO_TOO_MUCH: UNPACKS_TO_TOO_MUCH,
    Verdict.ACTIVE: HAS_MACROS,
    Verdict.NO_DOCUMENT: NO_DOCUMENT,
}
_WORDS_OF_PDF: Final = {Verdict.LOCKED: LOCKED_PDF}


class DocumentRefused(Exception):
    """A document that is not taken; `message` says why, for the person who chose it."""

    def __init__(self, message: Promise) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Document:
    """What a document was found to be; `pages` of a PDF."""

    media_type: str
    pages: int | None = None


def check_document(path: Path, *, picture: Path | None = None) -> Document | None:
    """What the file at `path` is, by its content; None where it does not even begin like a document.

    The first page of a PDF is drawn to `picture` (WebP, 640 pixels wide). Raises DocumentRefused.
    """
    with path.open("rb") as file:
        head = file.read(5)
    if head == b"%PDF-":
        drawn = [str(picture)] if picture else []
        return Document(PDF, int(_look("pdfpage", [str(path), *drawn], _WORDS_OF_PDF, BROKEN_PDF)))
    if head.startswith(b"PK\x03\x04"):
        return Document(_look("archives", [str(path)], _WORDS, DAMAGED))
    if head.startswith(OLD_OFFICE_HEAD):
        raise DocumentRefused(OLD_OFFICE)
    return None


def words_of(path: Path) -> str:
    """What a document that was checked says, in one text; empty for pictures of text. Raises DocumentRefused where it cannot be read."""
    return _look("words", [str(path)], {}, DAMAGED)


def _look(module: str, files: list[str], words: Mapping[Verdict, Promise], damaged: Promise) -> str:
    command = [sys.executable, "-m", f"{_PACKAGE}.{module}", *files]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and all names are our own
            command,
            cwd=settings.BASE_DIR,
            env=surroundings(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            encoding="utf-8",
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentRefused(damaged) from error
    if done.returncode != Verdict.TAKEN:
        # Also where it died of the document: of a signal, or with a code that is none of ours.
        raise DocumentRefused({int(verdict): text for verdict, text in words.items()}.get(done.returncode, damaged))
    return done.stdout
