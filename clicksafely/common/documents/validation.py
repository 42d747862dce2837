"""Detects the type of a document by its content, with messages for rejected ones."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from clicksafely.common.documents.exit_codes import ExitCode
from clicksafely.common.documents.sandbox import DocumentRefused, read_document

__all__ = ["Document", "DocumentRefused", "check_document", "extract_text"]

PDF: Final = "application/pdf"
OLD_OFFICE_HEAD: Final = b"\xd0\xcf\x11\xe0"

DAMAGED = _("This file is damaged or incomplete. Save it again and choose it again.")
UNPACKS_TO_TOO_MUCH = _("This file unpacks to far more data than a document contains. It was not accepted.")
HAS_MACROS = _("This document contains macros or other active content. Save it without them and choose it again.")
ENCRYPTED = _("This document is protected by a password. Save it without one and choose it again.")
NO_DOCUMENT = _("This is an archive, not a document. Add its files one by one, as PDF or office documents.")
BROKEN_PDF = _("This PDF is damaged or incomplete. Save it again and choose it again.")
LOCKED_PDF = _("This PDF is protected by a password. Save it without one and choose it again.")
OLD_OFFICE = _("This document has an old format. Save it as .docx, .pptx, .xlsx or PDF and choose it again.")

_WORDS: Final = {
    ExitCode.LOCKED: ENCRYPTED,
    ExitCode.UNPACKS_TO_TOO_MUCH: UNPACKS_TO_TOO_MUCH,
    ExitCode.ACTIVE: HAS_MACROS,
    ExitCode.NO_DOCUMENT: NO_DOCUMENT,
}
_WORDS_OF_PDF: Final = {ExitCode.LOCKED: LOCKED_PDF}


@dataclass(frozen=True)
class Document:
    """The detected type; `pages` of a PDF."""

    media_type: str
    pages: int | None = None


def check_document(path: Path, *, picture: Path | None = None) -> Document | None:
    """Return the type of the file at `path` by its content; None if it does not start like a document.

    Writes the first page of a PDF to `picture` (WebP, 640 pixels wide). Raises DocumentRefused.
    """
    with path.open("rb") as file:
        head = file.read(5)
    if head == b"%PDF-":
        drawn = ["drawn"] if picture else []
        pages, _line, page = read_document("pdf_page", path, drawn, words=_WORDS_OF_PDF, damaged=BROKEN_PDF).partition(
            b"\n"
        )
        if picture:
            picture.write_bytes(page)
        return Document(PDF, int(pages))
    if head.startswith(b"PK\x03\x04"):
        return Document(read_document("office_files", path, words=_WORDS, damaged=DAMAGED).decode())
    if head.startswith(OLD_OFFICE_HEAD):
        raise DocumentRefused(OLD_OFFICE)
    return None


def extract_text(path: Path) -> str:
    """Return the text of a validated document; empty for images of text. Raises DocumentRefused if it cannot be read."""
    return read_document("text_extraction", path, words={}, damaged=DAMAGED).decode()


# Bytes needed to detect the type.
RECORDING_HEAD_BYTES: Final = 64
# Major brands of ISO/IEC 14496-12 files (https://mp4ra.org/registered-types/brands) that browsers play.
_SOUND_BRANDS: Final = frozenset({b"M4A ", b"M4B "})
_VIDEO_BRANDS: Final = frozenset(
    {*(b"iso" + digit for digit in (b"m", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9")), b"mp41", b"mp42", b"avc1", b"M4V ",
        b"MSNV", b"dash"}
)  # fmt: skip


def recording_type(head: bytes) -> str | None:
    """Return the media type of an MP4 or WebM file that starts with `head`; None for other files."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "video/mp4" if brand in _VIDEO_BRANDS else "audio/mp4" if brand in _SOUND_BRANDS else None
    # The document type of an EBML header (RFC 8794) is within its first bytes.
    return "video/webm" if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:RECORDING_HEAD_BYTES] else None
