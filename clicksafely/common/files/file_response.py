"""Sends a file: its right type and name, whole or one range of it (RFC 9110), streamed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from clicksafely.common.files.disk_storage import Readable
from clicksafely.common.files.storage import media_storage

CHUNK: Final = 256 * 1024
# Looked at again each time: a file that was withdrawn is withdrawn now.
LOOKED_AT_AGAIN: Final = "private, no-cache"
# What stands under such an address never changes.
CACHE_IMMUTABLE: Final = "public, max-age=31536000, immutable"
# A file that a program would run all the same has nowhere to run.
POLICY: Final = "default-src 'none'; sandbox"
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class ByteRange(NamedTuple):
    """Bytes from `first` to `last`, both counted in."""

    first: int
    last: int


class RangeNotSatisfiable(Exception):
    """A range that begins behind the end."""


class FileResponseResult(NamedTuple):
    """The answer, and whether it is the beginning of a download (no 304, no later range, no HEAD)."""

    response: HttpResponseBase
    begins: bool


def send_file(
    request: HttpRequest,
    path: Path,
    *,
    name: str,
    media_type: str,
    digest: str,
    caching: str = LOOKED_AT_AGAIN,
    shown: bool = False,
) -> FileResponseResult:
    """The file kept at `path`, `digest` (ASCII) standing for what it holds. Raises Http404 where it is gone, Unreachable.

    It is an attachment of that `name` that nothing runs in, unless it is `shown` in the place of a page.
    """
    try:
        found = media_storage().look(path)
    except FileNotFoundError as error:
        raise Http404 from error
    # With its time, for what is made again may differ although it stands for the same: a zip holds the hour in which it was packed.
    size, etag = found.size, f'"{digest[:32]}-{int(found.modified):x}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes", "Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
    if not shown:
        headers["Content-Security-Policy"] = POLICY
    if _is_known(request, etag):
        return FileResponseResult(HttpResponseNotModified(headers=headers), begins=False)
    headers["Content-Disposition"] = (content_disposition_header(True, name) or "attachment") if not shown else "inline"
    try:
        part = _part(request, size, etag)
    except RangeNotSatisfiable:
        headers["Content-Range"] = f"bytes */{size}"
        return FileResponseResult(
            HttpResponse(status=416, headers=headers, content_type="text/plain; charset=utf-8"), begins=False
        )
    first, last = part or ByteRange(0, size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 206 if part else 200
    if request.method == "HEAD":
        return FileResponseResult(HttpResponse(status=status, headers=headers, content_type=media_type), begins=False)
    try:
        file = media_storage().opened(path, first, last)
    except FileNotFoundError as error:
        raise Http404 from error
    response = StreamingHttpResponse(
        _Chunks(file, last - first + 1), status=status, headers=headers, content_type=media_type
    )
    return FileResponseResult(response, begins=first == 0)


def _is_known(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or any(each.removeprefix("W/") == etag for each in known)


def _part(request: HttpRequest, size: int, etag: str) -> ByteRange | None:
    """The range that is asked for; None where all is, also where several are (RFC 9110 allows that). Ranges are for GET alone."""
    if request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or not (asked[1] or asked[2]):
        return None
    if not asked[1]:
        if not int(asked[2]) or not size:
            raise RangeNotSatisfiable
        return ByteRange(max(0, size - int(asked[2])), size - 1)
    first, last = int(asked[1]), min(int(asked[2] or size), size - 1)
    if asked[2] and int(asked[2]) < first:
        return None
    if first >= size:
        raise RangeNotSatisfiable
    return ByteRange(first, last)


class _Chunks:
    """The next `size` bytes of `file`. Django closes it with the response, read or not."""

    def __init__(self, file: Readable, size: int) -> None:
        self.file, self.size, self.close = file, size, file.close

    def __iter__(self) -> Iterator[bytes]:
        left = self.size
        while left and (chunk := self.file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
