"""What a document is, by its content, and in words why it is not taken."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from clicksafely.common.documents.exit_codes import ExitCode
from clicksafely.common.documents.sandbox import DocumentRefused, run_sandboxed

__all__ = ["Document", "DocumentRefused", "check_document", "extract_text"]

PDF: Final = "application/pdf"
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
    ExitCode.LOCKED: ENCRYPTED,
    ExitCode.UNPACKS_TO_TOO_MUCH: UNPACKS_TO_TOO_MUCH,
    ExitCode.ACTIVE: HAS_MACROS,
    ExitCode.NO_DOCUMENT: NO_DOCUMENT,
}
_WORDS_OF_PDF: Final = {ExitCode.LOCKED: LOCKED_PDF}


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
        return Document(
            PDF, int(run_sandboxed("pdf_page", [str(path), *drawn], words=_WORDS_OF_PDF, damaged=BROKEN_PDF))
        )
    if head.startswith(b"PK\x03\x04"):
        return Document(run_sandboxed("office_files", [str(path)], words=_WORDS, damaged=DAMAGED).decode())
    if head.startswith(OLD_OFFICE_HEAD):
        raise DocumentRefused(OLD_OFFICE)
    return None


def extract_text(path: Path) -> str:
    """What a document that was checked says, in one text; empty for pictures of text. Raises DocumentRefused where it cannot be read."""
    return run_sandboxed("text_extraction", [str(path)], words={}, damaged=DAMAGED).decode()


# So many bytes of a file are enough.
RECORDING_HEAD_BYTES: Final = 64
# Major brands of ISO/IEC 14496-12 files (https://mp4ra.org/registered-types/brands) that browsers play.
_SOUND_BRANDS: Final = frozenset({b"M4A ", b"M4B "})
_VIDEO_BRANDS: Final = frozenset(
    {*(b"iso" + digit for digit in (b"m", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9")), b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"}
)  # fmt: skip


def recording_type(head: bytes) -> str | None:
    """The media type of an MP4 or WebM file that begins with `head`; None for anything else."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "video/mp4" if brand in _VIDEO_BRANDS else "audio/mp4" if brand in _SOUND_BRANDS else None
    # The document type of an EBML header (RFC 8794) stands within its first bytes.
    return "video/webm" if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:RECORDING_HEAD_BYTES] else None
