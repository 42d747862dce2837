"""Pictures, documents and videos of articles: checked by content, stored under their SHA-256 digest, immutable."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from awareness.news.models import Article, ArticleBlock, BlockKind
from awareness.publishing.models import Draft, Version
from clicksafely.common.documents.validation import (
    RECORDING_HEAD_BYTES,
    DocumentRefused,
    check_document,
    recording_type,
)
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.file_store import FileWriter, StorageFull, StoredFile, store_chunks
from clicksafely.common.files.image_uploads import ImageRefused, as_reencoded, render_checked, render_file
from clicksafely.common.files.renditions import Rendition
from clicksafely.common.files.storage import media_storage
from clicksafely.common.files.upload_handlers import STORAGE_FULL_MESSAGE, ReceivedFile
from clicksafely.common.invisible_characters import strip_invisible
from clicksafely.common.plain_text import TextError, clean_text

MAX_VIDEO_BYTES: Final = 200 * 1024 * 1024
WIDTHS: Final = (480, 960, 1600)
CARD: Final = (640, 360)
SHARED: Final = (1200, 630)
WEBP: Final = "image/webp"
# Only the width of a rendition is limited.
_ANY_HEIGHT: Final = 2**31
EXTENSIONS: Final = {
    WEBP: "webp",
    "image/png": "png",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
TYPES: Final = {extension: media_type for media_type, extension in EXTENSIONS.items()}


class InvalidMediaFile(Exception):
    """A rejected upload; `message` states the reason for the editor."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = message


class StoredMedia(NamedTuple):
    """A stored file: digest, media type, display name, size in bytes, and for pictures width and height in pixels."""

    digest: str
    media_type: str
    file_name: str
    size: int
    width: int = 0
    height: int = 0


def news_folder() -> Path:
    """Folder of article files. Accepted files are named by digest, pending uploads have random names."""
    return Path(settings.MEDIA_ROOT) / "news"


def store_upload(kind: BlockKind, upload: "UploadedFile[bytes]") -> StoredMedia:
    """Check and store the upload for a block of this kind; identical files are stored once. Raises InvalidMediaFile."""
    # An unreadable file name is no reason to reject the file.
    name = " ".join(strip_invisible(upload.name or "").split())[-120:]
    stored = upload.stored if isinstance(upload, ReceivedFile) else _stored(upload.chunks())
    if stored is None:
        raise InvalidMediaFile(upload.refusal)  # type: ignore[attr-defined]
    try:
        if kind == BlockKind.IMAGE:
            return _keep_picture(stored.path, name)
        media_type = _video_type(stored.path) if kind == BlockKind.VIDEO else _document_type(stored.path)
        _keep(stored, f"{stored.sha256}.{EXTENSIONS[media_type]}")
        return StoredMedia(stored.sha256, media_type, name, stored.size)
    finally:
        stored.erase()


def _video_type(path: Path) -> str:
    with path.open("rb") as file:
        found = recording_type(file.read(RECORDING_HEAD_BYTES))
    if found not in EXTENSIONS:
        raise InvalidMediaFile(_("This is not an MP4 or WebM video."))
    return found


def _document_type(path: Path) -> str:
    try:
        found = check_document(path)
    except DocumentRefused as refusal:
        raise InvalidMediaFile(refusal.message) from refusal
    if found is None or found.media_type not in EXTENSIONS:
        raise InvalidMediaFile(_("This is not a PDF, DOCX, PPTX, ODT or ODP."))
    return found.media_type


def widths_of(width: int) -> list[int]:
    """Return the widths in pixels in which a picture of this width is served."""
    return [*(smaller for smaller in WIDTHS if smaller < width), min(width, WIDTHS[-1])]


def rendition(digest: str, width: int) -> str:
    """File name of a picture in one of its widths."""
    return f"{digest}-{width}.webp"


def crop_name(digest: str, focus_x: int, focus_y: int, size: tuple[int, int]) -> str:
    """File name of a picture cropped to `size` (width, height in pixels) around its focal point (percent)."""
    return f"{digest}-{size[0]}x{size[1]}-{focus_x}-{focus_y}.webp"


def crop_picture(digest: str, focus_x: int, focus_y: int) -> None:
    """Create the crops for cards and shared links around the focal point (percent). Existing crops are kept. Raises InvalidMediaFile."""
    names = {crop_name(digest, focus_x, focus_y, size): size for size in (CARD, SHARED)}
    try:
        missing = {name: size for name, size in names.items() if not media_storage().has(news_folder() / name)}
        if not missing:
            return
        data = media_storage().read(news_folder() / f"{digest}.webp")
    except StorageUnavailable as error:
        raise InvalidMediaFile(STORAGE_FULL_MESSAGE) from error
    try:
        whole = as_reencoded(data)
        boxes = [crop_box((whole.width, whole.height), size, (focus_x, focus_y)) for size in missing.values()]
        crops = [Rendition(*size, "WEBP", 82, box=box) for size, box in zip(missing.values(), boxes, strict=True)]
        renditions = render_checked(data, WEBP, *crops)
    except ImageRefused as refusal:
        raise InvalidMediaFile(refusal.message) from refusal
    for name, crop in zip(missing, renditions, strict=True):
        _store(name, crop.data)


def crop_box(
    picture: tuple[int, int], size: tuple[int, int], focus: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Return the largest box with the aspect ratio of `size` in a picture.

    The box is as close to the focal point (percent) as the edges of the picture allow.
    """
    scale = min(picture[0] / size[0], picture[1] / size[1])
    wide, high = size[0] * scale, size[1] * scale
    left = min(max(picture[0] * focus[0] / 100 - wide / 2, 0), picture[0] - wide)
    top = min(max(picture[1] * focus[1] / 100 - high / 2, 0), picture[1] - high)
    return (left, top, left + wide, top + high)


def _keep_picture(path: Path, name: str) -> StoredMedia:
    try:
        whole, *smaller = render_file(path, *(Rendition(width, _ANY_HEIGHT, "WEBP", 82) for width in reversed(WIDTHS)))
    except ImageRefused as refusal:
        raise InvalidMediaFile(refusal.message) from refusal
    digest = hashlib.sha256(whole.data).hexdigest()
    _store(f"{digest}.webp", whole.data)
    # A picture that is narrower than a width has the same rendition twice.
    for each in [whole, *smaller]:
        _store(rendition(digest, each.width), each.data)
    return StoredMedia(digest, WEBP, name, len(whole.data), whole.width, whole.height)


def _stored(chunks: Iterable[bytes]) -> StoredFile:
    try:
        return store_chunks(chunks, FileWriter(news_folder(), largest=MAX_VIDEO_BYTES))
    except StorageFull as error:
        raise InvalidMediaFile(STORAGE_FULL_MESSAGE) from error


def _store(name: str, data: bytes) -> None:
    _keep(_stored([data]), name)


def _keep(stored: StoredFile, name: str) -> None:
    # An existing file of this name has the same content. Storing it again updates its time, so the sweep of orphan files keeps it.
    try:
        media_storage().keep(news_folder() / name, written=stored.path)
    except OSError as error:
        raise InvalidMediaFile(STORAGE_FULL_MESSAGE) from error


MAX_CAPTION_BYTES: Final = 200_000
# W3C WebVTT, 4.1: a signature line, then cues, each with a line of two times.
_SIGNATURE: Final = re.compile(r"WEBVTT(?:[ \t][^\n]*)?(?:\n|$)")
_TIMES: Final = re.compile(
    r"^(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}[ \t]+-->[ \t]+(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}", re.MULTILINE
)


class InvalidCaptions(Exception):
    """A rejected captions file; `message` states the reason."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = message


def read_captions(upload: ReceivedFile) -> str:
    """Return the text of a WebVTT file. Raises InvalidCaptions if it is too large, not WebVTT or not UTF-8."""
    if (upload.size or 0) > MAX_CAPTION_BYTES:
        raise InvalidCaptions(_("This file is too large for captions."))
    if upload.stored is None:
        raise InvalidCaptions(upload.refusal)
    try:
        text = clean_text(upload.stored.path.read_bytes().decode("utf-8-sig"), max_length=MAX_CAPTION_BYTES)
    except (UnicodeDecodeError, TextError) as error:
        raise InvalidCaptions(_("The captions cannot be read. Save them as UTF-8.")) from error
    if not _SIGNATURE.match(text) or not _TIMES.search(text):
        raise InvalidCaptions(
            _(
                "These captions are not in WebVTT format. A WebVTT file begins with WEBVTT and has lines such "
                "as 00:01.000 --> 00:04.000."
            )
        )
    return text + "\n"


# A form is valid for hours at most: see `LASTS_SECONDS` of the form.
ORPHAN_AGE: Final = timedelta(days=2)
DIGEST_LENGTH: Final = 64


def delete_orphan_files(*, now: datetime) -> int:
    """Delete files stored two days ago or earlier that no block, no version and no draft uses. Returns the number of deleted files."""
    needed, discarded = _needed(), 0
    for found in media_storage().all_files_below(news_folder()):
        stored_at = datetime.fromtimestamp(found.modified, UTC)
        if found.path.name[:DIGEST_LENGTH] not in needed and stored_at < now - ORPHAN_AGE:
            media_storage().erase(found.path)
            discarded += 1
    return discarded


def _needed() -> set[str]:
    digests = set(ArticleBlock.objects.exclude(digest="").values_list("digest", flat=True))
    for model in (Version, Draft):
        contents = model._default_manager.filter(kind=Article._meta.label_lower)
        for blocks in contents.values_list("content__parts__blocks", flat=True).iterator():
            digests.update(block["digest"] for block in blocks or () if block.get("digest"))
    return digests
