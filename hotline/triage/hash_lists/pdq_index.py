"""Brute-force PDQ search in the memory of the process that has the private keys."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hotline.models import HashList, ListedPdq
from hotline.models.hash_lists import PDQ_THRESHOLD, STORED_BYTES

# Hashes per step, so that intermediate results fit into the processor's cache.
AT_ONCE = 65_536

# A list version never changes. A process opens its hashes for the first match and forgets them when the list is no
# longer active. A million hashes take 32 MB, and about 10 ms.
_tables: dict[UUID, Any] = {}


def distances(hash_list: HashList, hashes: Sequence[bytes]) -> list[int | None]:
    """Return for each PDQ hash (32 bytes) the distance in bits to the nearest hash of the list.

    A distance above `PDQ_THRESHOLD` is None. Raises SealError.
    """
    # Importing NumPy takes 25 MB, which a process without pictures saves.
    import numpy  # noqa: PLC0415

    if hash_list.uuid not in _tables:
        _tables[hash_list.uuid] = numpy.frombuffer(_open_hashes(hash_list), dtype=numpy.uint64).reshape(
            -1, STORED_BYTES // 8
        )
    table = _tables[hash_list.uuid]
    hash_arrays = [numpy.frombuffer(one, dtype=numpy.uint64) for one in hashes]
    nearest = [PDQ_THRESHOLD + 1] * len(hashes)
    for start in range(0, len(table), AT_ONCE):
        part = table[start : start + AT_ONCE]
        nearest = [min(before, _nearest(numpy, part, one)) for before, one in zip(nearest, hash_arrays, strict=True)]
    return [distance if distance <= PDQ_THRESHOLD else None for distance in nearest]


def _nearest(numpy: Any, part: Any, hash_array: Any) -> int:
    bits = numpy.bitwise_count(part ^ hash_array)
    # Adding four columns is twice as fast as a sum along the rows.
    total = bits[:, 0].astype(numpy.uint16)
    for column in range(1, bits.shape[1]):
        total += bits[:, column]
    return int(total.min())


def discard_others(lists: Sequence[HashList]) -> None:
    """Forget the hashes of inactive lists."""
    for uuid in _tables.keys() - {hash_list.uuid for hash_list in lists}:
        del _tables[uuid]


def _open_hashes(hash_list: HashList) -> bytes:
    blocks = ListedPdq.objects.filter(hash_list=hash_list).order_by("pk").iterator(chunk_size=1)
    return b"".join(ListedPdq.HASHES.open(block) for block in blocks)
