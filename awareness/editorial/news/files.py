"""Pictures, documents and videos of articles: checked by what they are, kept under the digest of what they hold, never changed."""

import hashlib
import os
import zipfile
from io import BytesIO
from typing import Final, NamedTuple

import pypdfium2
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image

from awareness.editorial.news.models import BlockKind
from clicksafely.common.plaintext import clean_text
from clicksafely.common.uploads import REFUSALS, ImageRefused, clean_upload

FOLDER: Final = "news"
WIDTHS: Final = (480, 960, 1600)
CARD: Final = (640, 360)
SHARED: Final = (1200, 630)
WEBP: Final = "image/webp"
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
# The first member by which packages of an office tell what they are.
_OFFICE: Final = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx"}


class FileRefused(Exception):
    """An upload that is not taken; `message` says why, for the person who sent it."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = message


class Kept(NamedTuple):
    """A stored file: its digest, media type, name for people, size in bytes, and, of a picture, width and height in pixels."""

    digest: str
    media_type: str
    file_name: str
    size: int
    width: int = 0
    height: int = 0


def keep_upload(kind: BlockKind, upload: "UploadedFile[bytes]") -> Kept:
    """Check and store what was uploaded for a block of this kind; the same file twice is stored once. Raises FileRefused."""
    name = clean_text(upload.name or "", max_length=10_000)[-120:]
    if kind == BlockKind.IMAGE:
        return _keep_picture(upload, name)
    if refusal := getattr(upload, "refusal", ""):
        raise FileRefused(_("This file is larger than 10 MB.") if refusal == "too-big" else REFUSALS[refusal])
    upload.seek(0)
    data = upload.read()
    media_type = video_type(data) if kind == BlockKind.VIDEO else document_type(data)
    if media_type is None:
        raise FileRefused(
            _("This is not an MP4 or WebM video.")
            if kind == BlockKind.VIDEO
            else _("This is not a PDF, DOCX, PPTX, ODT or ODP that can be opened. Files with macros are not taken.")
        )
    digest = hashlib.sha256(data).hexdigest()
    _store(f"{digest}.{EXTENSIONS[media_type]}", data)
    return Kept(digest, media_type, name, len(data))


def video_type(data: bytes) -> str | None:
    """The media type of a video that browsers play, by its first bytes; None for anything else."""
    if data[4:8] == b"ftyp":
        return "video/mp4"
    if data.startswith(b"\x1aE\xdf\xa3") and b"webm" in data[:64]:
        return "video/webm"
    return None


def document_type(data: bytes) -> str | None:
    """The media type of a document that can be opened and holds no macros; None for anything else."""
    if data.startswith(b"%PDF-"):
        try:
            with pypdfium2.PdfDocument(data) as document:
                return "application/pdf" if len(document) else None
        except pypdfium2.PdfiumError:
            return None
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            members = set(package.namelist())
            if any("vbaproject" in member.lower() or member.startswith("Basic/") for member in members):
                return None
            declared = package.read("mimetype") if _small(package, "mimetype") else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return None
    office = next((extension for member, extension in _OFFICE.items() if member in members), "")
    media_type = TYPES.get(office) or declared.decode("ascii", "replace").strip()
    return media_type if media_type in EXTENSIONS and not media_type.startswith(("image", "video")) else None


def widths_of(width: int) -> list[int]:
    """The widths in pixels in which a picture of that width is served."""
    return [*(smaller for smaller in WIDTHS if smaller < width), min(width, WIDTHS[-1])]


def rendition(digest: str, width: int) -> str:
    """The name of a picture in one of its widths."""
    return f"{digest}-{width}.webp"


def cropped(digest: str, focus_x: int, focus_y: int, size: tuple[int, int]) -> str:
    """The name of a picture cropped to `size` about its focal point."""
    return f"{digest}-{size[0]}x{size[1]}-{focus_x}-{focus_y}.webp"


def crop_picture(digest: str, focus_x: int, focus_y: int) -> None:
    """Make what cards and shared links show of a stored picture, about its focal point; what is there already stays."""
    for size in (CARD, SHARED):
        name = cropped(digest, focus_x, focus_y, size)
        if default_storage.exists(f"{FOLDER}/{name}"):
            continue
        with default_storage.open(f"{FOLDER}/{digest}.webp") as file, Image.open(file, formats=["WEBP"]) as picture:
            box = crop_box(picture.size, size, (focus_x, focus_y))
            _store(name, _webp(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS, box=box)))


def crop_box(
    picture: tuple[int, int], size: tuple[int, int], focus: tuple[int, int]
) -> tuple[float, float, float, float]:
    """The largest box of the shape of `size` in a picture, as near to its focal point (percent) as the edges let it."""
    scale = min(picture[0] / size[0], picture[1] / size[1])
    wide, high = size[0] * scale, size[1] * scale
    left = min(max(picture[0] * focus[0] / 100 - wide / 2, 0), picture[0] - wide)
    top = min(max(picture[1] * focus[1] / 100 - high / 2, 0), picture[1] - high)
    return (left, top, left + wide, top + high)


def _keep_picture(upload: "UploadedFile[bytes]", name: str) -> Kept:
    try:
        clean = clean_upload(upload)
    except ImageRefused as refusal:
        raise FileRefused(refusal.message) from refusal
    with Image.open(BytesIO(clean.data)) as picture:
        whole = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if whole.width > WIDTHS[-1]:
        whole = whole.resize((WIDTHS[-1], round(whole.height * WIDTHS[-1] / whole.width)), Image.Resampling.LANCZOS)
    data = _webp(whole)
    digest = hashlib.sha256(data).hexdigest()
    _store(f"{digest}.webp", data)
    for width in widths_of(whole.width):
        smaller = whole.resize((width, max(1, round(whole.height * width / whole.width))), Image.Resampling.LANCZOS)
        _store(rendition(digest, width), _webp(smaller))
    return Kept(digest, WEBP, name, len(data), whole.width, whole.height)


def _webp(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, format="WEBP", quality=82, method=4)
    return out.getvalue()


def _store(name: str, data: bytes) -> None:
    path = f"{FOLDER}/{name}"
    if default_storage.exists(path):
        # Needed again: whoever sweeps what is old and unneeded leaves it.
        os.utime(default_storage.path(path))
    else:
        default_storage.save(path, ContentFile(data))


def _small(package: zipfile.ZipFile, member: str) -> bool:
    return member in package.namelist() and package.getinfo(member).file_size < 200
