"""Streams a stored file with its type and name, complete or as one range (RFC 9110)."""

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
# Revalidated on each use, so that a withdrawn file is no longer served.
LOOKED_AT_AGAIN: Final = "private, no-cache"
# The content of such an address never changes.
CACHE_IMMUTABLE: Final = "public, max-age=31536000, immutable"
# A file with active content cannot run scripts.
POLICY: Final = "default-src 'none'; sandbox"
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class ByteRange(NamedTuple):
    """Bytes from `first` to `last`, both included."""

    first: int
    last: int


class RangeNotSatisfiable(Exception):
    """The range starts after the end of the file."""


class FileResponseResult(NamedTuple):
    """The response, and whether it starts a download (no 304, no later range, no HEAD)."""

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
    """Return the file at `path`; `digest` (ASCII) identifies its content. Raises Http404 if it is missing, StorageUnavailable.

    Sent as a download called `name`, without active content, unless `shown` inline.
    """
    try:
        found = media_storage().look(path)
    except FileNotFoundError as error:
        raise Http404 from error
    # Includes the time, because a recreated file may have other bytes for the same content: a zip contains the time of packing.
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
        file = media_storage().open(path, first, last)
    except FileNotFoundError as error:
        raise Http404 from error
    response = StreamingHttpResponse(
        _Chunks(file, last - first + 1), status=status, headers=headers, content_type=media_type
    )
    return FileResponseResult(response, begins=first == 0)


def _is_known(request: HttpRequest, etag: str) -> bool:
    client_etags = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in client_etags or any(each.removeprefix("W/") == etag for each in client_etags)


def _part(request: HttpRequest, size: int, etag: str) -> ByteRange | None:
    """Return the requested range; None for the whole file and for several ranges (allowed by RFC 9110). Ranges require GET."""
    if request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        if not int(match[2]) or not size:
            raise RangeNotSatisfiable
        return ByteRange(max(0, size - int(match[2])), size - 1)
    first, last = int(match[1]), min(int(match[2] or size), size - 1)
    if match[2] and int(match[2]) < first:
        return None
    if first >= size:
        raise RangeNotSatisfiable
    return ByteRange(first, last)


class _Chunks:
    """Iterator over the next `size` bytes of `file`. Django closes it with the response."""

    def __init__(self, file: Readable, size: int) -> None:
        self.file, self.size, self.close = file, size, file.close

    def __iter__(self) -> Iterator[bytes]:
        remaining = self.size
        while remaining and (chunk := self.file.read(min(CHUNK, remaining))):
            remaining -= len(chunk)
            yield chunk
