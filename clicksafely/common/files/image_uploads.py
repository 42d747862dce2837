"""Image uploads: held in memory within limits, and re-encoded, so that only pixels remain."""

import json
import threading
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clicksafely.common.files.image_headers import HeaderDamaged, TooComplex, read_header
from clicksafely.common.files.renditions import MAX_PIXELS, TOO_MANY_PIXELS, Rendition, split_parts
from clicksafely.common.sandbox.runner import (
    STAFF_PLACE_SECONDS,
    STAFF_RESULT_SECONDS,
    SandboxBusy,
    SandboxFailed,
    place_in_pool,
    run_sandboxed,
)

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 10 * MEGABYTE
MAX_REQUEST_BYTES = 50 * MEGABYTE
MAX_PROCESS_BYTES = 150 * MEGABYTE
RENDERER = "clicksafely.common.files.image_renderer"

REFUSAL_MESSAGES = {
    "too-big": _("This picture is larger than 10 MB. Please choose a smaller one."),
    "too-many": _("Together, these pictures are larger than 50 MB. Please send fewer."),
    "busy": _("Too many pictures are arriving right now. Please add this one again in a minute."),
    "not-an-image": _("This file is not a picture that we can read. Please choose a PNG, JPEG, WebP or GIF file."),
    "wrong-type": _("The content of this file does not match its name and type. Please save it again as PNG or JPEG."),
    "too-many-pixels": _("This picture has too many pixels. Please choose one of at most 30 megapixels."),
    "too-complex": _(
        "This picture is built so unusually that reading it takes too long. Save it again as PNG or JPEG."
    ),
    "damaged": _("This picture is damaged or was not uploaded completely. Please try again."),
    "not-here": _(
        "We cannot accept pictures here. Yours was neither viewed nor stored. Your text is still in the form. "
        "The address of the picture is enough for us."
    ),
}

DECLARED = {
    "PNG": {"image/png", "image/x-png"},
    "JPEG": {"image/jpeg", "image/jpg", "image/pjpeg"},
    "WEBP": {"image/webp"},
    "GIF": {"image/gif"},
}
# Types that clients send by default; they make no claim about the content.
UNDECLARED = {"", "application/octet-stream"}


class ImageRefused(Exception):
    """A rejected upload: `code` is a key of `REFUSAL_MESSAGES`, `message` its text for the sender."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = REFUSAL_MESSAGES[code]


class ReencodedImage(NamedTuple):
    """A re-encoded picture: its bytes, its size in pixels, its format (PNG, JPEG or WEBP)."""

    data: bytes
    width: int
    height: int
    format: str


def read_upload(upload: "UploadedFile[bytes]") -> tuple[bytes, str]:
    """Return the bytes and the format of an uploaded picture that `check_header` accepts. Nothing is decoded.

    Raises `ImageRefused`, also for content that the upload handler dropped.
    """
    if refusal := getattr(upload, "refusal", ""):
        raise ImageRefused(refusal)
    upload.seek(0)
    data = bytes(upload.read())
    return data, check_header(data, upload.content_type or "")


def check_header(data: bytes, declared_type: str) -> str:
    """Check size, type, pixels and scans from the bytes, without decoding, and return the format. Raises `ImageRefused`."""
    if len(data) > MAX_FILE_BYTES:
        raise ImageRefused("too-big")
    try:
        header = read_header(data)
    except HeaderDamaged as error:
        raise ImageRefused("damaged") from error
    except TooComplex as error:
        raise ImageRefused("too-complex") from error
    if header is None or header.format not in DECLARED:
        raise ImageRefused("not-an-image")
    if declared_type.lower() not in DECLARED[header.format] | UNDECLARED:
        raise ImageRefused("wrong-type")
    if header.pixels > MAX_PIXELS:
        raise ImageRefused("too-many-pixels")
    return header.format


def render_file(path: Path, *renditions: Rendition) -> list[ReencodedImage]:
    """Like `render_checked`, for a picture on disk; a file that is too large is not read."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ImageRefused("too-big")
    return render_checked(path.read_bytes(), "", *renditions)


def render_checked(data: bytes, declared_type: str, *renditions: Rendition) -> list[ReencodedImage]:
    """Check a picture of a member of staff, and return its renditions. The sandbox decodes.

    PNG and GIF become PNG; JPEG and WebP keep their format unless the rendition names another. Raises `ImageRefused`, "busy" if no place
    becomes free.
    """
    check_header(data, declared_type)
    try:
        with place_in_pool(seconds=STAFF_PLACE_SECONDS):
            return render_image(data, *renditions, seconds=STAFF_RESULT_SECONDS)
    except SandboxBusy as error:
        raise ImageRefused("busy") from error


def render_image(data: bytes, *renditions: Rendition, seconds: int) -> list[ReencodedImage]:
    """Return the renditions of a picture whose header was checked. Raises `ImageRefused`."""
    arguments = [json.dumps(rendition) for rendition in renditions]
    output_parts = run_reader(RENDERER, arguments, data, parts=len(renditions), seconds=seconds)
    return [as_reencoded(part) for part in output_parts]


def run_reader(module: str, arguments: Sequence[str], data: bytes, *, parts: int, seconds: int) -> list[bytes]:
    """Return the parts that `module` writes for a picture (see `renditions`). Raises `ImageRefused` if it cannot be read."""
    try:
        output_parts = split_parts(run_sandboxed(module, arguments, content=data, seconds=seconds))
    except SandboxFailed as failed:
        code = "too-many-pixels" if failed.code == TOO_MANY_PIXELS else "too-complex" if failed.was_ended else "damaged"
        raise ImageRefused(code) from failed
    except ValueError as error:
        raise ImageRefused("damaged") from error
    if len(output_parts) != parts:
        raise ImageRefused("damaged")
    return output_parts


def as_reencoded(data: bytes) -> ReencodedImage:
    """Return a picture from the sandbox with its size and format by its header. Raises `ImageRefused` for other data."""
    try:
        header = read_header(data)
    except (HeaderDamaged, TooComplex) as error:
        raise ImageRefused("damaged") from error
    if header is None or header.format not in DECLARED:
        raise ImageRefused("damaged")
    return ReencodedImage(data, header.width, header.height, header.format)


class MemoryBudget:
    """Bytes of uploads in the memory of this process, and their limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Reserve `size` bytes, or return False."""
        with self._lock:
            if self.used + size > self.limit:
                return False
            self.used += size
            return True

    def give_back(self, size: int) -> None:
        """Free `size` reserved bytes."""
        with self._lock:
            self.used -= size


memory_budget = MemoryBudget(MAX_PROCESS_BYTES)


class BudgetLease:
    """A growing share of the budget, returned once: when its file is closed or garbage-collected."""

    def __init__(self) -> None:
        self._budget = memory_budget
        self.size = 0

    def grow(self, size: int) -> bool:
        """Reserve `size` bytes more, or return False."""
        if not self._budget.take(size):
            return False
        self.size += size
        return True

    def end(self) -> None:
        """Give the whole share back to the budget."""
        size, self.size = self.size, 0
        self._budget.give_back(size)

    def __del__(self) -> None:
        self.end()


class MemoryUpload(InMemoryUploadedFile):
    """An upload in memory. `refusal` is empty, or the key of `REFUSAL_MESSAGES` for the reason that its content was dropped."""

    def __init__(self, *args: Any, lease: BudgetLease, refusal: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lease = lease
        self.refusal = refusal

    def close(self) -> None:
        """Free the content and its share of the memory."""
        super().close()
        self.lease.end()


class BoundedMemoryUploadHandler(FileUploadHandler):
    """Keeps uploads in memory, never on disk. A file over a limit is read and dropped, so that the rest of the form is received."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.request_bytes = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start a file."""
        super().new_file(*args, **kwargs)
        self.file, self.lease, self.refusal = BytesIO(), BudgetLease(), ""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the chunk unless the file is refused or would exceed a limit."""
        if self.refusal:
            return
        size = len(raw_data)
        if start + size > MAX_FILE_BYTES:
            self._refuse("too-big")
        elif self.request_bytes + size > MAX_REQUEST_BYTES:
            self._refuse("too-many")
        elif not self.lease.grow(size):
            self._refuse("busy")
        else:
            self.request_bytes += size
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> MemoryUpload:
        """Return the file with its original size, even if dropped."""
        self.file.seek(0)
        return MemoryUpload(
            self.file,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
            lease=self.lease,
            refusal=self.refusal,
        )

    def _refuse(self, why: str) -> None:
        self.refusal = why
        self.request_bytes -= self.lease.size
        self.file = BytesIO()
        self.lease.end()


class RefusingUploadHandler(BoundedMemoryUploadHandler):
    """Drops the content of files, so that prohibited content is never held.

    Keeps only their presence, so that the form can report it.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Drop the chunk."""
        self.refusal = "not-here"
