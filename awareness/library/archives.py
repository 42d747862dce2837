"""Looks into Office Open XML and OpenDocument files: what they are, that they are whole, and that nothing in them runs."""

import zipfile
import zlib
from pathlib import Path
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_MEMBERS = 5000
MOST_UNPACKED = 512 * 1024 * 1024
# Text packs to a hundredth at best; what unpacks to more was made to.
STEEPEST = 200
CHUNK = 1024 * 1024

DAMAGED = _("This file is damaged or did not arrive whole. Save it again and choose it anew.")
UNPACKS_TO_TOO_MUCH = _("This file unpacks to far more than a document holds. It was not taken.")
HAS_MACROS = _("There are macros or other active parts in this document. Save it without them and choose it again.")
ENCRYPTED = _("This document is protected by a password. Save it without one and choose it again.")
UNKNOWN_ARCHIVE = _(
    "This archive is no document that the library takes. Add the files one by one; readers can bundle them."
)

_OOXML: Final = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ODF: Final = {f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "presentation", "spreadsheet")}
_ACTIVE: Final = (
    "vbaproject.bin",
    "vbadata.xml",
    "/activex/",
    "/embeddings/oleobject",
    "/macrosheets/",
    "basic/",
    "scripts/",
)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError, KeyError)


class ArchiveRefused(Exception):
    """`message` says why, for the person who chose the file."""

    def __init__(self, message: Promise) -> None:
        super().__init__(message)
        self.message = message


def document_type(path: Path) -> str:
    """The media type of the document at `path`. Reads every member once, within bounds. Raises ArchiveRefused."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_bounds(members)
            names = {member.filename for member in members}
            kind = _kind(archive, names)
            _check_quiet(archive, names)
            _read_all(archive, members)
            return kind
    except _BROKEN as error:
        raise ArchiveRefused(DAMAGED) from error


def _check_bounds(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or (unpacked > CHUNK and unpacked > STEEPEST * packed):
        raise ArchiveRefused(UNPACKS_TO_TOO_MUCH)
    if any(member.flag_bits & 1 for member in members):
        raise ArchiveRefused(ENCRYPTED)


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        for member, kind in _OOXML.items():
            if member in names:
                return kind
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as content:
            declared = content.read(100).decode("ascii", "replace").strip()
        if declared in _ODF:
            return declared
    raise ArchiveRefused(UNKNOWN_ARCHIVE)


def _check_quiet(archive: zipfile.ZipFile, names: set[str]) -> None:
    lowered = [f"/{name.lower()}" for name in names]
    if any(sign in name if sign[0] == "/" else f"/{sign}" in name for sign in _ACTIVE for name in lowered):
        raise ArchiveRefused(HAS_MACROS)
    if "[Content_Types].xml" in names:
        with archive.open("[Content_Types].xml") as member:
            if b"macroenabled" in member.read(CHUNK).lower():
                raise ArchiveRefused(HAS_MACROS)
    if "META-INF/manifest.xml" in names:
        with archive.open("META-INF/manifest.xml") as member:
            if b"encryption-data" in member.read(CHUNK):
                raise ArchiveRefused(ENCRYPTED)


def _read_all(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Checksums are compared at the end of each member; a member that is longer than it says is one that lies."""
    for member in members:
        with archive.open(member) as content:
            while content.read(CHUNK):
                pass
