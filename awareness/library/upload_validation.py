"""Validation of uploaded files: the type is detected from the content, and the file name must match."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from awareness.library.paths import preview_of
from awareness.library.storage import delete_file, store_file
from clicksafely.common.documents.validation import PDF, DocumentRefused, check_document, recording_type
from clicksafely.common.files.file_store import StorageFull, StoredFile, sync_files
from clicksafely.common.files.image_uploads import ImageRefused, render_file
from clicksafely.common.files.renditions import Rendition
from clicksafely.common.files.upload_handlers import STORAGE_FULL_MESSAGE

# {media type: allowed file extensions, the preferred one first}
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "application/pdf": ("pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/webp": ("webp",),
    "audio/mpeg": ("mp3",),
    "video/mp4": ("mp4", "m4v"),
    "audio/mp4": ("m4a",),
    "text/vtt": ("vtt",),
    "text/plain": ("txt",),
}
_IMAGES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
MAX_NAME_LENGTH = 120
MAX_TEXT_SIZE = 5 * 1024 * 1024
PREVIEW: Final = Rendition(640, 1280, "WEBP", 80)

ACTIVE_PAGE = _(
    "Web pages and SVG drawings can contain programs, so the library does not accept them. Save the file as PDF or PNG."
)
UNKNOWN = _(
    "This type of file is not supported. You can add PDF, Word, PowerPoint, Excel, OpenDocument, PNG, JPEG, "
    "WebP, MP3, MP4, subtitles (VTT) and plain text."
)
EMPTY = _("This file is empty.")
NO_NAME = _("This file has no name. Give it a name and choose it again.")
TEXT_TOO_LONG = _("A text file may be at most 5 MB.")


class InvalidResourceFile(Exception):
    """The file is rejected. `message` is the reason for the editor."""

    def __init__(self, message: Promise | str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Checked:
    """A validated file. The extension of `name` matches the type. `stored` is a new file for re-encoded images."""

    stored: StoredFile
    name: str
    media_type: str
    pages: int | None = None
    has_preview: bool = False


def check_file(stored: StoredFile, name: str) -> Checked:
    """Validate the content of `stored`, and sync it to disk. Raises InvalidResourceFile; the caller then erases it."""
    checked = _checked(stored, clean_name(name))
    path = checked.stored.path
    try:
        sync_files(path, *([preview_of(path)] if checked.has_preview else []))
    except StorageFull as error:
        raise InvalidResourceFile(STORAGE_FULL_MESSAGE) from error
    return checked


def _checked(stored: StoredFile, name: str) -> Checked:
    if not stored.size:
        raise InvalidResourceFile(EMPTY)
    try:
        document = check_document(stored.path, picture=preview_of(stored.path))
    except DocumentRefused as refusal:
        raise InvalidResourceFile(refusal.message) from refusal
    if document:
        _check_ending(name, document.media_type)
        return Checked(stored, name, document.media_type, document.pages, has_preview=document.media_type == PDF)
    kind = _kind(stored)
    _check_ending(name, kind)
    if kind.startswith("image/"):
        return _anew(stored, name)
    return Checked(stored, name, kind)


def clean_name(name: str) -> str:
    """Return the last path component of `name` without control and direction characters, at most 120 characters.

    Raises InvalidResourceFile if no name remains.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    name = re.sub(r'[<>:"|?*\s]+', " ", name).strip(" .")
    stem, _dot, ending = name.rpartition(".")
    if not stem or not ending:
        raise InvalidResourceFile(NO_NAME)
    return f"{stem.strip()[: MAX_NAME_LENGTH - 1 - len(ending)]}.{ending.lower()}"[:MAX_NAME_LENGTH]


def _kind(stored: StoredFile) -> str:
    with stored.path.open("rb") as file:
        head = file.read(4096)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image/"
    if (recording := recording_type(head)) in ENDINGS:
        return recording
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    if start.startswith(b"<") and re.search(rb"<(?:!doctype|html|svg|script|\?xml|head|body|iframe|math)", start):
        raise InvalidResourceFile(ACTIVE_PAGE)
    return _text(stored)


def _text(stored: StoredFile) -> str:
    if stored.size > MAX_TEXT_SIZE:
        with stored.path.open("rb") as file:
            raise InvalidResourceFile(UNKNOWN if b"\0" in file.read(4096) else TEXT_TOO_LONG)
    try:
        text = stored.path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidResourceFile(UNKNOWN) from error
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise InvalidResourceFile(UNKNOWN)
    # Some programs sniff the content and ignore the media type.
    if re.search(r"<\s*(?:!doctype|html|svg|script|iframe|object|embed)\b", text, re.IGNORECASE):
        raise InvalidResourceFile(ACTIVE_PAGE)
    return "text/vtt" if re.match(r"WEBVTT(?:[ \t\r\n]|$)", text) else "text/plain"


def _check_ending(name: str, kind: str) -> None:
    ending = name.rpartition(".")[2]
    if kind == "image/":
        allowed = tuple(ending for image in _IMAGES.values() for ending in ENDINGS[image])
    else:
        allowed = ENDINGS[kind]
    if ending not in allowed:
        right = ", ".join(f".{each}" for each in allowed)
        raise InvalidResourceFile(
            format_lazy(
                _(
                    "The name of this file does not match its content, which belongs to {right}. Rename it, or "
                    "choose another file."
                ),
                right=right,
            )
        )


def _anew(stored: StoredFile, name: str) -> Checked:
    """Re-encode an image to remove its metadata, such as location and author."""
    try:
        picture, preview = render_file(stored.path, Rendition(), PREVIEW)
    except ImageRefused as refusal:
        raise InvalidResourceFile(refusal.message) from refusal
    kind = _IMAGES[picture.format]
    _check_ending(name, kind)
    try:
        new_file = store_file([picture.data])
    except StorageFull as error:
        raise InvalidResourceFile(STORAGE_FULL_MESSAGE) from error
    try:
        preview_of(new_file.path).write_bytes(preview.data)
    except OSError as error:
        delete_file(new_file)
        raise InvalidResourceFile(STORAGE_FULL_MESSAGE) from error
    return Checked(new_file, name, kind, has_preview=True)
