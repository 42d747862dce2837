"""Import and removal of hash lists, sorted on disk with bounded memory."""

import hmac
import logging
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.part_secrets import current_secret
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.storage import media_storage
from hotline.models import Algorithm, FileHash, HashList, ListedPdq, ListState
from hotline.models.hash_lists import STORED_BYTES
from hotline.states import FINAL
from hotline.triage.hash_lists.list_parser import COLUMNS, FileProblem, ProblemLog, Row, UnusableFile, read_list

# Kept in memory before they are written to buckets. There is one bucket for each digest kind and first byte.
MAX_DIGESTS_IN_MEMORY = 500_000


class DiskFull(Exception):
    """The disk is too full for the buckets."""


class Buckets:
    """Sorts keyed digests and PDQ, 32 bytes each, on disk and removes duplicates. `read` counts the digests added.

    PostgreSQL appends sorted digests to its index. Unsorted ones would rewrite the whole index with every batch.
    """

    def __init__(self, folder: Path) -> None:
        self.read = 0
        self._folder = folder
        self._held: dict[tuple[int, int], list[bytes]] = defaultdict(list)
        self._count = 0
        self.remove()

    def add(self, rows: Iterable[tuple[Algorithm, bytes]]) -> None:
        """Add digests. Raises DiskFull."""
        held, count = self._held, 0
        for algorithm, digest in rows:
            held[algorithm, digest[0]].append(digest)
            count += 1
        self.read += count
        self._count += count
        if self._count >= MAX_DIGESTS_IN_MEMORY:
            self._empty()

    def take(self) -> Iterator[tuple[Algorithm, list[bytes]]]:
        """Yield the sorted digests by bucket. Each bucket has one algorithm. Raises DiskFull, OSError."""
        self._empty()
        for path in sorted(self._folder.iterdir()):
            algorithm = Algorithm(int(path.name.partition("-")[0]))
            content, size = path.read_bytes(), STORED_BYTES
            yield algorithm, sorted({content[start : start + size] for start in range(0, len(content), size)})

    def remove(self) -> None:
        """Delete the buckets."""
        with suppress(FileNotFoundError, NotADirectoryError):
            shutil.rmtree(self._folder)

    def _empty(self) -> None:
        try:
            self._folder.mkdir(mode=0o770, parents=True, exist_ok=True)
            for (algorithm, first), digests in self._held.items():
                with (self._folder / f"{algorithm:d}-{first:02x}").open("ab") as bucket:
                    bucket.write(b"".join(digests))
        except OSError as error:
            raise DiskFull from error
        self._held.clear()
        self._count = 0


logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
STORED_AT_ONCE = ERASED_AT_ONCE = 50_000
# Sealed together.
PDQ_AT_ONCE = 65_536

_NAMES = {algorithm: name for name, algorithm in COLUMNS.items()}
# PostgreSQL's class for insufficient resources: https://www.postgresql.org/docs/current/errcodes-appendix.html
_DISK_FULL = "53"

_COPY = "COPY hotline_listedhash (hash_list_id, algorithm, digest) FROM STDIN"
_ERASE = """
    DELETE FROM hotline_listedhash WHERE (hash_list_id, algorithm, digest) IN (
        SELECT hash_list_id, algorithm, digest FROM hotline_listedhash WHERE hash_list_id = %s LIMIT %s
    )
"""

Progress = Callable[[int], None]


class _LeaseLost(Exception):
    """Another worker has the list, or a supervisor has removed it."""


@dataclass(frozen=True)
class _Work:
    """One attempt at one list. It continues while the list is in one of `states`."""

    list_id: int
    lease: UUID
    states: tuple[ListState, ...]

    def renew(self, **columns: object) -> None:
        """Renew the lease, and lock the list's row for the current transaction. Raises _LeaseLost."""
        mine = HashList.objects.filter(pk=self.list_id, lease=self.lease, state__in=self.states)
        if not mine.update(lease_until=Now() + LEASE, **columns):
            raise _LeaseLost


def import_list(*, list_id: int, clock: Callable[[], datetime], progress: Progress = lambda percent: None) -> bool:
    """Import a list's file completely, or refuse it with its problems. Returns whether this call did either.

    Does nothing if the list is not waiting or another worker has it. `clock` returns the end time, `progress` receives
    percentages. Raises database errors, and StorageUnavailable if the file cannot be fetched. The list then stays as it
    is and is imported again.
    """
    work = _take(list_id, {ListState.WAITING, ListState.IMPORTING}, ListState.IMPORTING, done_bytes=0)
    if work is None:
        return False
    hash_list = HashList.objects.get(pk=list_id)
    with suppress(_LeaseLost), _sorting(hash_list) as buckets:
        try:
            _erase(work)
            _read(work, hash_list, buckets, progress)
            counts = _store(work, hash_list, buckets, progress)
        except (UnusableFile, _Problems, DiskFull, OSError, DatabaseError) as error:
            return _refuse(work, hash_list, _findings(error, hash_list), clock())
        hash_list.counts = dict(sorted(counts.items()))
        _activate(work, hash_list, duplicates=buckets.read - counts.total(), now=clock())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE hotline_listedhash")
        media_storage().erase(hash_list.file)
        progress(100)
        return True
    return False


@contextmanager
def _sorting(hash_list: HashList) -> Iterator[Buckets]:
    buckets = Buckets(hash_list.file.with_suffix(".sorting"))
    try:
        yield buckets
    finally:
        buckets.remove()


def _findings(error: Exception, hash_list: HashList) -> ProblemLog:
    """Return the problems for the supervisor. Temporary errors are raised again, so that the import is repeated."""
    if isinstance(error, _Problems):
        return error.findings
    if isinstance(error, UnusableFile):
        return ProblemLog([(error.line, error.problem)], 1)
    if isinstance(error, StorageUnavailable) or (isinstance(error, DatabaseError) and not _is_disk_full(error)):
        raise error
    logger.error("A hash list cannot be imported.", exc_info=error, extra={"hash_list": hash_list.pk})
    return ProblemLog([(0, FileProblem.LOST if isinstance(error, OSError) else FileProblem.DISK_FULL)], 1)


def erase_list(*, list_id: int) -> bool:
    """Delete the hashes and files of a removed list. Returns whether this call did."""
    work = _take(list_id, {ListState.REMOVING}, ListState.REMOVING)
    if work is None:
        return False
    with suppress(_LeaseLost):
        _erase(work)
        hash_list = HashList.objects.get(pk=list_id)
        media_storage().erase(hash_list.file)
        work.renew(state=ListState.REMOVED)
        return True
    return False


def requeue_matching() -> int:
    """Mark all files of open cases for matching, in the current transaction. Returns the number of files.

    Files already marked are included, because a concurrent match uses the old lists.
    """
    return FileHash.objects.filter(report__isnull=False).exclude(report__state__in=FINAL).update(matched_at=None)


class _Problems(Exception):
    def __init__(self, findings: ProblemLog) -> None:
        super().__init__()
        self.findings = findings


def _take(list_id: int, states: set[ListState], state: ListState, **columns: object) -> _Work | None:
    lease = uuid4()
    free = HashList.objects.filter(Q(lease_until=None) | Q(lease_until__lt=Now()), pk=list_id, state__in=states)
    taken = free.update(lease=lease, lease_until=Now() + LEASE, state=state, **columns)
    return _Work(list_id, lease, (state,)) if taken else None


def _erase(work: _Work) -> None:
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            work.renew()
            cursor.execute(_ERASE, [work.list_id, ERASED_AT_ONCE])
            if not cursor.rowcount:
                ListedPdq.objects.filter(hash_list=work.list_id).delete()
                return


def _read(work: _Work, hash_list: HashList, buckets: Buckets, progress: Progress) -> None:
    """Read the whole file before any digest is stored."""
    findings = ProblemLog()
    with media_storage().fetched(hash_list.file, meanwhile=work.renew) as file:
        if file.stat().st_size != hash_list.file_size:
            raise UnusableFile(FileProblem.LOST)
        for batch in read_list(file, hash_list.layout, findings):
            hash_list.done_bytes = batch.done_bytes
            work.renew(done_bytes=hash_list.done_bytes)
            buckets.add(_keyed(batch.rows))
            progress(hash_list.percent)
    if findings.problem_count:
        raise _Problems(findings)


def _store(work: _Work, hash_list: HashList, buckets: Buckets, progress: Progress) -> Counter[str]:
    """Store the digests. Returns the number of each kind."""
    counts: Counter[str] = Counter()
    waiting: list[Row] = []
    pdqs = b""
    for algorithm, digests in buckets.take():
        counts[_NAMES[algorithm]] += len(digests)
        if algorithm == Algorithm.PDQ:
            pdqs += b"".join(digests)
            pdqs = _seal_pdqs(work, hash_list, pdqs, least=PDQ_AT_ONCE)
            continue
        waiting += [(algorithm, digest) for digest in digests]
        if len(waiting) >= STORED_AT_ONCE:
            # The progress ignores duplicates.
            hash_list.done_bytes = int(hash_list.file_size * (1 + counts.total() / buckets.read))
            _copy(work, hash_list, waiting)
            waiting = []
            progress(hash_list.percent)
    _copy(work, hash_list, waiting)
    _seal_pdqs(work, hash_list, pdqs, least=1)
    return counts


def _keyed(rows: Iterable[Row]) -> Iterator[Row]:
    """Replace exact hashes by keyed digests (see `digests.keyed_digest`) before anything is sorted and stored."""
    key = current_secret("HASH_LIST_KEY")
    for algorithm, digest in rows:
        if algorithm == Algorithm.PDQ:
            yield algorithm, digest
        else:
            yield algorithm, hmac.digest(key, bytes([algorithm]) + digest, "sha256")


def _seal_pdqs(work: _Work, hash_list: HashList, pdqs: bytes, *, least: int) -> bytes:
    """Store blocks of at least `least` hashes, sealed. Return the rest."""
    size = PDQ_AT_ONCE * STORED_BYTES
    while len(pdqs) >= least * STORED_BYTES:
        block = ListedPdq(hash_list=hash_list)
        ListedPdq.HASHES.seal(block, pdqs[:size])
        with transaction.atomic():
            work.renew()
            block.save(force_insert=True)
        pdqs = pdqs[size:]
    return pdqs


def _copy(work: _Work, hash_list: HashList, rows: Sequence[Row]) -> None:
    lines = "".join([f"{hash_list.pk}\t{algorithm:d}\t\\\\x{digest.hex()}\n" for algorithm, digest in rows])
    with transaction.atomic(), connection.cursor() as cursor:
        work.renew(done_bytes=hash_list.done_bytes)
        with connection.wrap_database_errors:
            cursor.copy_expert(_COPY, BytesIO(lines.encode()))


def _activate(work: _Work, hash_list: HashList, *, duplicates: int, now: datetime) -> None:
    """Activate the list, replace its former version, and mark all open cases for matching."""
    entries = sum(hash_list.counts.values())
    with transaction.atomic():
        former = HashList.objects.select_for_update().filter(name=hash_list.name, state=ListState.ACTIVE).first()
        if former:
            former.state = ListState.REMOVING
            former.save(update_fields=["state"])
        work.renew(
            state=ListState.ACTIVE,
            counts=hash_list.counts,
            entries=entries,
            duplicates=duplicates,
            imported_at=now,
            done_bytes=hash_list.file_size * 2,
        )
        _end(hash_list)
        data = {"entries": entries, "duplicates": duplicates, "replaced": former.pk if former else None}
        audit_log.record(action="hashlist.imported", subject=hash_list, actor=hash_list.imported_by, now=now, data=data)
        requeue_matching()


def _refuse(work: _Work, hash_list: HashList, findings: ProblemLog, now: datetime) -> bool:
    _erase(work)
    problems = [[line, problem.value] for line, problem in findings.problems]
    with transaction.atomic():
        work.renew(state=ListState.REFUSED, problems=problems, problem_count=findings.problem_count)
        _end(hash_list)
        data = {"problem": findings.problems[0][1].value, "problems": findings.problem_count}
        audit_log.record(action="hashlist.refused", subject=hash_list, actor=hash_list.imported_by, now=now, data=data)
    media_storage().erase(hash_list.file)
    return True


def _end(hash_list: HashList) -> None:
    HashList.objects.filter(pk=hash_list.pk).update(lease=None, lease_until=None)


def _is_disk_full(error: DatabaseError) -> bool:
    code: str = getattr(error.__cause__, "pgcode", None) or ""
    return code.startswith(_DISK_FULL)
