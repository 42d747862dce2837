"""Validation of uploads by content: documents are stored unchanged, pictures are re-encoded without metadata."""

from dataclasses import dataclass
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.documents.validation import PDF, DocumentRefused, check_document
from clicksafely.common.files.file_store import StorageFull, StoredFile, store_chunks
from clicksafely.common.files.image_uploads import ImageRefused, render_checked
from clicksafely.common.files.renditions import Rendition
from clicksafely.common.files.upload_handlers import STORAGE_FULL_MESSAGE
from youthpanel.meetings.storage import MAX_FILE_BYTES, new_file_writer, thumbnail_path
from youthpanel.models import MeetingFileKind

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
WEBP: Final = "image/webp"
# Media type -> file extension.
EXTENSIONS: Final = {
    PDF: "pdf",
    f"{_OFFICE}wordprocessingml.document": "docx",
    f"{_OFFICE}spreadsheetml.sheet": "xlsx",
    f"{_OFFICE}presentationml.presentation": "pptx",
    f"{_OPEN}text": "odt",
    f"{_OPEN}spreadsheet": "ods",
    f"{_OPEN}presentation": "odp",
    WEBP: "webp",
}
# Maximum pixels of the longer side: full size for print, and thumbnail.
WHOLE, SMALL = 2400, 640

TOO_BIG = _("This file is larger than 10 MB. Reduce it or split it.")
EMPTY = _("This file is empty.")
UNKNOWN = _(
    "This file type is not accepted. Use PDF, Word, Excel, PowerPoint, OpenDocument or a picture (PNG, JPEG, "
    "WebP, GIF)."
)


class FileRefused(Exception):
    """A refused file; `message` gives the reason for the user. No part of it is stored."""

    def __init__(self, message: Promise | str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class CheckedUpload:
    """A file on the disk without a meeting yet, and its type."""

    stored: StoredFile
    kind: MeetingFileKind
    media_type: str


def check_upload(upload: "UploadedFile[bytes]") -> CheckedUpload:
    """Check an upload by its content and write an accepted file to the disk. Raises FileRefused and ImageRefused."""
    if refusal := getattr(upload, "refusal", ""):
        raise FileRefused(TOO_BIG) if refusal == "too-big" else ImageRefused(refusal)
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise FileRefused(TOO_BIG)
    upload.seek(0)
    data = upload.read()
    if not data:
        raise FileRefused(EMPTY)
    try:
        document = _document(data)
        return document or _photograph(data)
    except StorageFull as error:
        raise FileRefused(STORAGE_FULL_MESSAGE) from error


def _document(data: bytes) -> CheckedUpload | None:
    stored = store_chunks([data], new_file_writer())
    try:
        found = check_document(stored.path)
        if found is None:
            _discard(stored)
            return None
        if found.media_type not in EXTENSIONS:
            raise FileRefused(UNKNOWN)
    except DocumentRefused as refused:
        _discard(stored)
        raise FileRefused(refused.message) from refused
    except BaseException:
        _discard(stored)
        raise
    return CheckedUpload(stored, MeetingFileKind.DOCUMENT, found.media_type)


def _photograph(data: bytes) -> CheckedUpload:
    try:
        whole, small = render_checked(data, "", *(Rendition(side, side, "WEBP", 82) for side in (WHOLE, SMALL)))
    except ImageRefused as refused:
        raise FileRefused(UNKNOWN if refused.code == "not-an-image" else refused.message) from refused
    stored = store_chunks([whole.data], new_file_writer())
    try:
        thumbnail_path(stored).write_bytes(small.data)
    except OSError as error:
        _discard(stored)
        raise FileRefused(STORAGE_FULL_MESSAGE) from error
    return CheckedUpload(stored, MeetingFileKind.PHOTOGRAPH, WEBP)


def _discard(stored: StoredFile) -> None:
    stored.erase()
    thumbnail_path(stored).unlink(missing_ok=True)
