"""The digests of one file. Pure."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FileDigest:
    """Digests in bytes (MD5 16, SHA-1 20, SHA-256 32, PDQ 32), any of which may be missing where a partner sent them.

    `pdq_quality` is 0 to 100, as PDQ's authors define it; `size` is in bytes.
    """

    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    pdq: bytes | None = None
    pdq_quality: int | None = None
    media_type: str = ""
    size: int | None = None


def digest_file(data: bytes, *, media_type: str) -> FileDigest:
    """The digests of a file's bytes; they are not kept."""
    return FileDigest(
        md5=hashlib.md5(data, usedforsecurity=False).digest(),
        sha1=hashlib.sha1(data, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(data).digest(),
        media_type=media_type,
        size=len(data),
    )
