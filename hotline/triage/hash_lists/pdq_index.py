"""Brute-force PDQ search in a packed, memory-mapped file for each hash list.

A list version never changes, and neither does its file. It is created on first use and deleted with the list. A million
hashes take 32 MB, shared by all processes, and about 10 ms.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from hotline.models import Algorithm, HashList
from hotline.models.hash_lists import DIGEST_BYTES, PDQ_THRESHOLD, lists_folder

logger = logging.getLogger(__name__)

WIDTH = DIGEST_BYTES[Algorithm.PDQ]
# Hashes per step, so that intermediate results fit into the processor's cache.
AT_ONCE = 65_536

_PAGE = """
    SELECT digest FROM hotline_listedhash
    WHERE hash_list_id = %s AND algorithm = %s AND digest > %s ORDER BY digest LIMIT %s
"""


def distances(hash_list: HashList, hashes: Sequence[bytes]) -> list[int | None]:
    """Return for each PDQ hash (32 bytes) the distance in bits to the nearest hash of the list, None above
    `PDQ_THRESHOLD`.
    """
    # Importing NumPy takes 25 MB, which a process without pictures saves.
    import numpy  # noqa: PLC0415

    listed: Any = numpy.frombuffer(b"", dtype=numpy.uint64)
    if _is_whole(hash_list) or _pack(hash_list):
        listed = numpy.memmap(hash_list.pdq_file, dtype=numpy.uint64, mode="r")
    else:
        # The disk is full or read-only. The hashes are read from the database.
        listed = numpy.frombuffer(b"".join(_stored(hash_list)), dtype=numpy.uint64)
    table = listed.reshape(-1, WIDTH // 8)
    wanted = [numpy.frombuffer(one, dtype=numpy.uint64) for one in hashes]
    nearest = [PDQ_THRESHOLD + 1] * len(hashes)
    for start in range(0, len(table), AT_ONCE):
        part = table[start : start + AT_ONCE]
        nearest = [min(before, _nearest(numpy, part, one)) for before, one in zip(nearest, wanted, strict=True)]
    return [distance if distance <= PDQ_THRESHOLD else None for distance in nearest]


def _nearest(numpy: Any, part: Any, wanted: Any) -> int:
    bits = numpy.bitwise_count(part ^ wanted)
    # Adding four columns is twice as fast as a sum along the rows.
    total = bits[:, 0].astype(numpy.uint16)
    for column in range(1, bits.shape[1]):
        total += bits[:, column]
    return int(total.min())


def prepare(hash_list: HashList) -> None:
    """Create the packed file before the first match. After a failure the first match tries again."""
    if not _is_whole(hash_list):
        _pack(hash_list)


def discard(hash_list: HashList) -> None:
    hash_list.pdq_file.unlink(missing_ok=True)


def discard_others(lists: Sequence[HashList]) -> None:
    """Delete packed files of inactive lists. Each machine has its own copies if media are in a bucket."""
    if settings.MEDIA_S3_BUCKET:
        needed = {hash_list.pdq_file for hash_list in lists}
        for path in lists_folder().glob("*.pdq"):
            if path not in needed:
                path.unlink(missing_ok=True)


def _is_whole(hash_list: HashList) -> bool:
    try:
        return bool(hash_list.pdq_file.stat().st_size == hash_list.counts.get("pdq", 0) * WIDTH)
    except OSError:
        return False


def _pack(hash_list: HashList) -> bool:
    """Write the file under a temporary name and rename it atomically. Returns whether it succeeded."""
    unfinished: Path = hash_list.pdq_file.with_suffix(f".{os.getpid()}")
    try:
        lists_folder().mkdir(mode=0o770, parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            for page in _stored(hash_list):
                file.write(page)
        unfinished.rename(hash_list.pdq_file)
    except OSError as error:
        logger.error("The PDQ hashes of a list cannot be packed.", exc_info=error, extra={"hash_list": hash_list.pk})
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        return False
    return True


def _stored(hash_list: HashList) -> Iterator[bytes]:
    last = b""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_PAGE, [hash_list.pk, Algorithm.PDQ.value, last, AT_ONCE])
            page = b"".join(digest for (digest,) in cursor.fetchall())
        if not page:
            return
        yield page
        last = page[-WIDTH:]
