"""Digests of files. Pictures are decoded in the sandbox; broken or oversized ones and other files have no PDQ."""

import hashlib
import hmac
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from clicksafely.common.crypto.part_secrets import current_secret
from clicksafely.common.files.image_headers import HeaderDamaged, TooComplex, read_header
from clicksafely.common.sandbox.runner import SandboxFailed, run_sandboxed
from hotline.models import Algorithm, Digests

READER: Final = "hotline.triage.hash_lists.picture_reader"
PDQ_BYTES: Final = 32
BEST_QUALITY: Final = 100
# Processes for the pictures of one message. A picture that ends its process costs one.
MAX_RESTARTS: Final = 3


@dataclass(frozen=True, kw_only=True)
class FileDigest:
    """Digests in bytes (MD5 16, SHA-1 20, SHA-256 32, PDQ 32). A partner's report may lack some.

    `pdq_quality` is 0 to 100, as defined by PDQ. `size` is in bytes.
    """

    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    pdq: bytes | None = None
    pdq_quality: int | None = None
    media_type: str = ""
    size: int | None = None

    @property
    def digests(self) -> Digests:
        """The digests, to be sealed."""
        return Digests(self.md5, self.sha1, self.sha256, self.pdq, self.pdq_quality)


Pdq = tuple[bytes, int]


def keyed_digest(algorithm: Algorithm, digest: bytes) -> bytes:
    """Return the stored form of an exact hash.

    Without HASH_LIST_KEY, the database does not show whether a list has a file. Raises ImproperlyConfigured without the
    key.
    """
    return hmac.digest(current_secret("HASH_LIST_KEY"), bytes([algorithm]) + digest, "sha256")


def digest_file(data: bytes, *, media_type: str) -> FileDigest:
    """Return the digests of the original bytes, without PDQ: nothing is decoded. Never raises."""
    return FileDigest(
        md5=hashlib.md5(data, usedforsecurity=False).digest(),
        sha1=hashlib.sha1(data, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(data).digest(),
        media_type=media_type,
        size=len(data),
    )


def add_pdq(file: FileDigest, pdq: Pdq | None) -> FileDigest:
    """Return `file` with the PDQ and its quality."""
    return replace(file, pdq=pdq[0], pdq_quality=pdq[1]) if pdq else file


def digest_pictures(pictures: Sequence[bytes]) -> tuple[list[Pdq | None], bool]:
    """Return the PDQ of each file, and whether all were compared. Files that are no readable pictures have none.

    One process reads all. A picture that crashes it or exceeds its time has no PDQ. A new process then reads the rest,
    `MAX_RESTARTS` times.
    """
    found: list[Pdq | None] = [None] * len(pictures)
    waiting = [place for place, data in enumerate(pictures) if _is_decodable(data)]
    complete = True
    for _process in range(1 + MAX_RESTARTS):
        if not waiting:
            return found, complete
        read, ended = _read([pictures[place] for place in waiting])
        for place, pdq in zip(waiting, read, strict=False):
            found[place] = pdq
        if ended:
            return found, complete
        complete = False
        waiting = waiting[len(read) + 1 :]
    return found, complete and not waiting


def _is_decodable(data: bytes) -> bool:
    try:
        return read_header(data) is not None
    except (HeaderDamaged, TooComplex):
        return False


def _read(pictures: Sequence[bytes]) -> tuple[list[Pdq | None], bool]:
    """Return the results up to the first picture that ended the process, and whether there was none."""
    try:
        sizes = [str(len(data)) for data in pictures]
        output, ended = run_sandboxed(READER, ["digest", *sizes], content=b"".join(pictures)), True
    except SandboxFailed as failed:
        output, ended = failed.output, False
    lines: Iterable[str] = output.decode("ascii", "replace").splitlines()
    return [parse_pdq(line) for line in itertools.islice(lines, len(pictures))], ended


def parse_pdq(line: str) -> Pdq | None:
    """Return the PDQ and quality of a line of `picture_reader`; None for "-" and anything else."""
    digest, _space, quality = line.partition(" ")
    try:
        pdq = bytes.fromhex(digest), int(quality)
    except ValueError:
        return None
    return pdq if len(pdq[0]) == PDQ_BYTES and 0 <= pdq[1] <= BEST_QUALITY else None
