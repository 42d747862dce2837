"""P8: files against 10,000,000 exact hashes and 1,000,000 PDQ hashes. HASHES= and PDQS= reduce the sizes."""

import os
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg2
from django.db import connection

from bench.environment import BenchEnvironment
from bench.figures import Figure, at_most
from bench.load import BenchError, say
from hotline.models import Digests, FileHash, HashList
from hotline.models.hash_lists import PDQ_THRESHOLD
from hotline.triage.hash_lists import pdq_index
from hotline.triage.hash_lists.files import store_file
from hotline.triage.hash_lists.list_import import import_list
from hotline.triage.hash_lists.list_services import ListDetails, add_list
from hotline.triage.hash_lists.selectors import find_matches, lists_in_use

EXACT_MS, NEAR_MS = 5.0, 100.0
ROUNDS = 200
# The maximum number of files in one web report.
FILES = 5
CHUNK = 100_000


def measure(environment: BenchEnvironment) -> list[Figure]:
    """Import lists as supervisors do, then match files of reports, most of them on no list."""
    hashes, pdqs = (
        int(os.environ.get(name) or default) for name, default in (("HASHES", 10_000_000), ("PDQS", 1_000_000))
    )
    exact, digests = _import("md5", 16, hashes)
    near, pictures = _import("pdq", 32, pdqs)
    figures = [_exact(environment, exact, digests, hashes), _near(near, pictures, pdqs)]
    say(f"  a report's {FILES} files against both lists: {_together(digests, pictures):.1f} ms")
    return figures


def _import(layout: str, size: int, count: int) -> tuple[HashList, list[bytes]]:
    """Import a list of random hashes; returns some of them."""
    sample: list[bytes] = []
    started = time.monotonic()
    stored = store_file(_file(size, count, sample))
    written = time.monotonic()
    details = ListDetails(name=f"Random {layout}", source="bench", label="random", meaning="other", layout=layout)
    added = add_list(details=details, stored=stored, replaces=False, actor=None, now=datetime.now(UTC))
    last = -10

    def show(percent: int) -> None:
        nonlocal last
        if percent >= last + 10:
            last = percent
            say(f"  importing {count:,} {layout.upper()}: {percent} % after {time.monotonic() - written:.0f} s")

    import_list(list_id=added.pk, clock=lambda: datetime.now(UTC), progress=show)
    added.refresh_from_db()
    if added.entries != count:
        raise BenchError(f"{added.entries:,} of {count:,} hashes were imported: {added.problems}")
    seconds = time.monotonic() - written
    say(f"  {count:,} {layout.upper()} made in {written - started:.1f} s, imported in {seconds:.1f} s")
    return added, sample


def _file(size: int, count: int, sample: list[bytes]) -> Iterator[bytes]:
    for start in range(0, count, CHUNK):
        chunk = secrets.token_bytes(size * min(CHUNK, count - start))
        digests = [chunk[place : place + size] for place in range(0, len(chunk), size)]
        sample.append(secrets.choice(digests))
        yield b"".join([digest.hex().encode() + b"\n" for digest in digests])


def _exact(environment: BenchEnvironment, hash_list: HashList, listed_digests: list[bytes], count: int) -> Figure:
    """One file of a report is on the list, the others on none. All their digests are matched.

    Floor: one query by primary key.
    """
    bare = psycopg2.connect(environment.database_url)
    bare.autocommit = True

    def by_key() -> None:
        with bare.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM hotline_listedhash WHERE hash_list_id = %s AND algorithm = 1 AND digest = %s",
                [hash_list.pk, secrets.token_bytes(32)],
            )
            cursor.fetchone()

    # Sealed before they are timed, as the public process does.
    reports = iter(
        [
            [
                _file_hash(secrets.choice(listed_digests)),
                *(_file_hash(secrets.token_bytes(16)) for _ in range(FILES - 1)),
            ]
            for _ in range(ROUNDS)
        ]
    )

    def match() -> None:
        if len(find_matches(next(reports), [hash_list])) != 1:
            raise BenchError("A hash that is on the list was not found.")

    floors, times = _alternate(by_key, match)
    bare.close()
    floor, value = statistics.median(floors), statistics.median(times)
    say(f"  exact: median {value:.2f} ms, 95th percentile {_p95(times):.2f} ms; one by primary key {floor:.2f} ms")
    what = f"{FILES} files, {FILES * 3} digests, against {count:,}"
    return Figure(
        "P8",
        what,
        round(value, 2),
        "ms",
        round(floor, 2),
        round(value / floor, 2),
        f"<= {EXACT_MS:g} ms",
        value <= EXACT_MS,
    )


def _near(hash_list: HashList, listed_digests: list[bytes], count: int) -> Figure:
    def match() -> None:
        near_digest = int.from_bytes(secrets.choice(listed_digests)) ^ sum(
            1 << (8 * place) for place in range(PDQ_THRESHOLD)
        )
        if pdq_index.distances(hash_list, [near_digest.to_bytes(32)]) != [PDQ_THRESHOLD]:
            raise BenchError("A picture near one of the list was not found.")

    match()
    times = [_timed(match) for _ in range(ROUNDS // 4)]
    value = statistics.median(times)
    say(f"  PDQ: median {value:.1f} ms, 95th percentile {_p95(times):.1f} ms")
    return at_most("P8", f"one picture by PDQ distance against {count:,}", value, NEAR_MS, "ms")


def _together(digests: list[bytes], pictures: list[bytes]) -> float:
    lists = lists_in_use()
    files = [_file_hash(secrets.choice(digests), secrets.choice(pictures)) for _ in range(FILES)]
    return statistics.median(_timed(lambda: find_matches(files, lists)) for _ in range(10))


def _file_hash(md5: bytes, pdq: bytes | None = None) -> FileHash:
    row = FileHash()
    row.seal_digests(Digests(md5, secrets.token_bytes(20), secrets.token_bytes(32), pdq))
    return row


def _alternate(floor: Callable[[], None], target: Callable[[], None]) -> tuple[list[float], list[float]]:
    connection.ensure_connection()
    floors, times = [], []
    for _ in range(ROUNDS):
        floors.append(_timed(floor))
        times.append(_timed(target))
    return floors, times


def _timed(act: Callable[[], object]) -> float:
    """In milliseconds."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
