"""Validates office documents; runs in `clicksafely.common.sandbox`."""

import sys
import zipfile
import zlib
from typing import IO, Final

from clicksafely.common.documents.exit_codes import DocumentRejected, ExitCode, write_result

MAX_MEMBERS = 5000
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
# Text compresses to a hundredth at best; a higher ratio indicates a zip bomb.
STEEPEST = 200
CHUNK = 1024 * 1024

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


def main() -> ExitCode:
    """Print the media type of the document at standard input and return the exit code.

    Accepts whole Office Open XML and OpenDocument files without active content.
    """
    try:
        write_result(document_type(sys.stdin.buffer))
    except DocumentRejected as refusal:
        return refusal.verdict
    return ExitCode.TAKEN


def document_type(file: IO[bytes]) -> str:
    """Return the media type of the document in an open file. Reads every member once, within limits.

    Raises DocumentRejected.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_bounds(members)
            names = {member.filename for member in members}
            kind = _kind(archive, names)
            _check_quiet(archive, names)
            _read_all(archive, members)
            return kind
    except _BROKEN as error:
        raise DocumentRejected(ExitCode.DAMAGED) from error


def _check_bounds(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if (
        len(members) > MAX_MEMBERS
        or unpacked > MAX_UNPACKED_BYTES
        or (unpacked > CHUNK and unpacked > STEEPEST * packed)
    ):
        raise DocumentRejected(ExitCode.UNPACKS_TO_TOO_MUCH)
    if any(member.flag_bits & 1 for member in members):
        raise DocumentRejected(ExitCode.LOCKED)


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
    raise DocumentRejected(ExitCode.NO_DOCUMENT)


def _check_quiet(archive: zipfile.ZipFile, names: set[str]) -> None:
    lowered = [f"/{name.lower()}" for name in names]
    if any(sign in name if sign[0] == "/" else f"/{sign}" in name for sign in _ACTIVE for name in lowered):
        raise DocumentRejected(ExitCode.ACTIVE)
    if "[Content_Types].xml" in names:
        with archive.open("[Content_Types].xml") as member:
            if b"macroenabled" in member.read(CHUNK).lower():
                raise DocumentRejected(ExitCode.ACTIVE)
    if "META-INF/manifest.xml" in names:
        with archive.open("META-INF/manifest.xml") as member:
            if b"encryption-data" in member.read(CHUNK):
                raise DocumentRejected(ExitCode.LOCKED)


def _read_all(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Checksums are verified at the end of each member; a member longer than declared is forged."""
    for member in members:
        with archive.open(member) as content:
            while content.read(CHUNK):
                pass
