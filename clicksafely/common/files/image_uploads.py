"""Uploads held in memory only and within bounds, and pictures made anew, so that nothing but the picture is left of them."""

import logging
import struct
import threading
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 10 * MEGABYTE
MAX_REQUEST_BYTES = 50 * MEGABYTE
MAX_PROCESS_BYTES = 150 * MEGABYTE
MAX_PIXELS = 30_000_000
# Decoding needs up to four bytes a pixel, so few pictures are decoded at the same time.
MAX_DECODERS = 2
DECODE_WAIT_SECONDS = 20

REFUSAL_MESSAGES = {
    "too-big": _("This picture is larger than 10 MB. Please choose a smaller one."),
    "too-many": _("These pictures are larger than 50 MB together. Please send fewer of them."),
    "busy": _("Too many pictures are arriving right now. Please add this one again in a minute."),
    "not-an-image": _("This file is not a picture that we can read. PNG, JPEG, WebP and GIF are possible."),
    "wrong-type": _("This file is not what its name and type say. Please save it again as PNG or JPEG."),
    "too-many-pixels": _("This picture has too many pixels. Please choose one of at most 30 megapixels."),
    "damaged": _("This picture is damaged or was not uploaded completely. Please try again."),
    "not-here": _(
        "We cannot take pictures here. What was added has been neither looked at nor kept; everything you wrote is still here. "
        "Its address is enough for us."
    ),
}

DECLARED = {
    "PNG": {"image/png", "image/x-png"},
    "JPEG": {"image/jpeg", "image/jpg", "image/pjpeg"},
    "WEBP": {"image/webp"},
    "GIF": {"image/gif"},
}
# What a client says that does not know: no statement about the content that could be wrong.
UNDECLARED = {"", "application/octet-stream"}
# Whatever Pillow's readers raise on bytes that somebody else wrote.
DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)
DECOMPRESSION_BOMB_ERRORS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

logging.getLogger("PIL").setLevel(logging.WARNING)
_decoders = threading.BoundedSemaphore(MAX_DECODERS)


class ImageRefused(Exception):
    """An upload that is not taken: `code` is a key of `REFUSALS`, `message` its text for the person who sent it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = REFUSAL_MESSAGES[code]


class ReencodedImage(NamedTuple):
    """A picture made anew: its bytes, its size in pixels, its format (PNG, JPEG or WEBP)."""

    data: bytes
    width: int
    height: int
    format: str


def reencode_upload(upload: "UploadedFile[bytes]") -> ReencodedImage:
    """Check and re-encode one uploaded picture; raises `ImageRefused`, also for what the upload handler did not keep."""
    if refusal := getattr(upload, "refusal", ""):
        raise ImageRefused(refusal)
    upload.seek(0)
    return check_image(upload.read(), upload.content_type or "")


def check_image_file(path: Path) -> ReencodedImage:
    """The same for a picture that came to the disk; what is too large is not read."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ImageRefused("too-big")
    return check_image(path.read_bytes(), "")


def check_image(data: bytes, declared_type: str) -> ReencodedImage:
    """Decode `data` as what it really is and encode it again: no metadata, no trailing bytes, upright, the first frame only.

    PNG and GIF come back as PNG, JPEG and WebP as themselves. Raises `ImageRefused`; the pixel limit holds before anything is decoded.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ImageRefused("too-big")
    if not _decoders.acquire(timeout=DECODE_WAIT_SECONDS):
        raise ImageRefused("busy")
    try:
        with Image.open(BytesIO(data), formats=tuple(DECLARED)) as image:
            kind = str(image.format)
            if declared_type.lower() not in DECLARED[kind] | UNDECLARED:
                raise ImageRefused("wrong-type")
            if image.width * image.height > MAX_PIXELS:
                raise ImageRefused("too-many-pixels")
            return _encode(_decode(image), "PNG" if kind == "GIF" else kind)
    except DECOMPRESSION_BOMB_ERRORS as error:
        raise ImageRefused("too-many-pixels") from error
    except UnidentifiedImageError as error:
        raise ImageRefused("not-an-image") from error
    except DECODE_ERRORS as error:
        raise ImageRefused("damaged") from error
    finally:
        _decoders.release()


def _decode(image: Image.Image) -> Image.Image:
    image.load()
    # In place and without needless copies: a picture of 30 megapixels is 120 MB when decoded.
    ImageOps.exif_transpose(image, in_place=True)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    picture = image if image.mode == mode else image.convert(mode)
    picture.info = {}
    return picture


def _encode(picture: Image.Image, kind: str) -> ReencodedImage:
    out = BytesIO()
    picture.save(out, format=kind, **({} if kind == "PNG" else {"quality": 90}))
    return ReencodedImage(out.getvalue(), picture.width, picture.height, kind)


class MemoryBudget:
    """The bytes of uploads that this process holds at the moment, and how many it may."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Reserve `size` bytes, or say that there is no room."""
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
    """A growing share of the budget, given back once: when its file is closed, or when nobody knows it any more."""

    def __init__(self) -> None:
        self.size = 0

    def grow(self, size: int) -> bool:
        """Reserve `size` bytes more, or say that there is no room."""
        if not memory_budget.take(size):
            return False
        self.size += size
        return True

    def end(self) -> None:
        """Give everything back."""
        size, self.size = self.size, 0
        memory_budget.give_back(size)

    def __del__(self) -> None:
        self.end()


class MemoryUpload(InMemoryUploadedFile):
    """An upload in memory. `refusal` is empty, or the key of `REFUSALS` that tells why its content was not kept."""

    def __init__(self, *args: Any, lease: BudgetLease, refusal: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lease = lease
        self.refusal = refusal

    def close(self) -> None:
        """Let go of the content and of its share of the memory."""
        super().close()
        self.lease.end()


class BoundedMemoryUploadHandler(FileUploadHandler):
    """Keeps uploads in memory, never on disk. A file over a bound is read and forgotten, so that the rest of the form arrives whole."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.request_bytes = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.file, self.lease, self.refusal = BytesIO(), BudgetLease(), ""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the chunk, unless the file is refused already or would be with it."""
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
        """Hand the file over with the size it was sent in, kept or not."""
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
    """Keeps nothing of a file but that it came: the form can say so, and what must not be possessed is held at no moment."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Forget the chunk."""
        self.refusal = "not-here"
