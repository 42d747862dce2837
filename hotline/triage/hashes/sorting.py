"""Sorts digests on the disk, so that memory holds a small part of them however many there are.

In the order of the key PostgreSQL appends them to its index; in the order of the file it would write the whole index anew with every batch.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from hotline.models import Algorithm
from hotline.models.hash_lists import DIGEST_BYTES

# Held before they go to their buckets, of which there is one for each first byte and kind of digest.
HELD = 500_000


class NoRoomToSort(Exception):
    """The disk does not take the buckets."""


class Buckets:
    """Digests put in in any order and taken out in the order of the key, each once. `read` counts what was put in."""

    def __init__(self, folder: Path) -> None:
        self.read = 0
        self._folder = folder
        self._held: dict[tuple[int, int], list[bytes]] = defaultdict(list)
        self._count = 0
        self.remove()

    def add(self, rows: Iterable[tuple[Algorithm, bytes]]) -> None:
        """Put digests in. Raises NoRoomToSort."""
        held, count = self._held, 0
        for algorithm, digest in rows:
            held[algorithm, digest[0]].append(digest)
            count += 1
        self.read += count
        self._count += count
        if self._count >= HELD:
            self._empty()

    def take(self) -> Iterator[tuple[Algorithm, list[bytes]]]:
        """The digests, bucket after bucket, all of a bucket of the same kind. Raises NoRoomToSort, OSError."""
        self._empty()
        for path in sorted(self._folder.iterdir()):
            algorithm = Algorithm(int(path.name.partition("-")[0]))
            content, size = path.read_bytes(), DIGEST_BYTES[algorithm]
            yield algorithm, sorted({content[start : start + size] for start in range(0, len(content), size)})

    def remove(self) -> None:
        """Erase the buckets."""
        with suppress(FileNotFoundError, NotADirectoryError):
            shutil.rmtree(self._folder)

    def _empty(self) -> None:
        try:
            self._folder.mkdir(mode=0o770, parents=True, exist_ok=True)
            for (algorithm, first), digests in self._held.items():
                with (self._folder / f"{algorithm:d}-{first:02x}").open("ab") as bucket:
                    bucket.write(b"".join(digests))
        except OSError as error:
            raise NoRoomToSort from error
        self._held.clear()
        self._count = 0
