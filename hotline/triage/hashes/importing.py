"""Imports and erases hash lists: in batches that others do not notice, from the start again after whatever broke it off.

A list is invisible until its last step makes it active, in one transaction with everything that follows from it. Who works on a list
holds its lease and renews it with every batch; a lease that ran out is taken over.
"""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from clicksafely.common import audit
from hotline.models import Algorithm, FileHash, HashList, ListState
from hotline.states import FINAL
from hotline.triage.hashes import pdq_index
from hotline.triage.hashes.parsing import COLUMNS, Batch, Findings, Problem, Unusable, read_list

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
ERASED_AT_ONCE = 50_000

_NAMES = {algorithm: name for name, algorithm in COLUMNS.items()}
# PostgreSQL's class of errors for what it has no room for: https://www.postgresql.org/docs/current/errcodes-appendix.html
_NO_ROOM = "53"

_STAGE = "CREATE TEMPORARY TABLE arriving (algorithm smallint, digest bytea) ON COMMIT DROP"
_COPY = "COPY arriving (algorithm, digest) FROM STDIN"
# In the order of the key, which halves the work on its index.
_KEEP = """
    WITH kept AS (
        INSERT INTO hotline_listedhash (hash_list_id, algorithm, digest)
        SELECT %s, algorithm, digest FROM arriving GROUP BY algorithm, digest ORDER BY algorithm, digest
        ON CONFLICT DO NOTHING RETURNING algorithm
    )
    SELECT algorithm, count(*) FROM kept GROUP BY algorithm
"""
_ERASE = """
    DELETE FROM hotline_listedhash WHERE (hash_list_id, algorithm, digest) IN (
        SELECT hash_list_id, algorithm, digest FROM hotline_listedhash WHERE hash_list_id = %s LIMIT %s
    )
"""

Progress = Callable[[int], None]


class _LeaseLost(Exception):
    """Somebody else works on the list by now, or a supervisor has removed it."""


@dataclass(frozen=True)
class _Work:
    """One attempt at one list; `states` are those in which the list may be for it to go on."""

    list_id: int
    lease: UUID
    states: tuple[ListState, ...]

    def go_on(self, **columns: object) -> None:
        """Renew the lease, with the list's row locked for the transaction at hand. Raises _LeaseLost."""
        mine = HashList.objects.filter(pk=self.list_id, lease=self.lease, state__in=self.states)
        if not mine.update(lease_until=Now() + LEASE, **columns):
            raise _LeaseLost


def import_list(*, list_id: int, clock: Callable[[], datetime], progress: Progress = lambda percent: None) -> bool:
    """Check a list's file and import it whole, or refuse it with its problems; whether it was this call that did either.

    Does nothing where the list is not waiting, or where somebody else is at work on it. `clock` tells the time of the end; `progress` is
    told percents. Raises what the database raises when it is away: the list stays as it is and is begun again.
    """
    work = _take(list_id, {ListState.WAITING, ListState.IMPORTING}, ListState.IMPORTING, done_bytes=0)
    if work is None:
        return False
    hash_list = HashList.objects.get(pk=list_id)
    with suppress(_LeaseLost):
        try:
            _erase(work)
            _check(work, hash_list, progress)
            counts, read = _store(work, hash_list, progress)
        except Unusable as error:
            return _refuse(work, hash_list, Findings([(error.line, error.problem)], 1), clock())
        except _Problems as error:
            return _refuse(work, hash_list, error.findings, clock())
        except OSError as error:
            logger.error("The file of a hash list cannot be read.", exc_info=error, extra={"hash_list": list_id})
            return _refuse(work, hash_list, Findings([(0, Problem.LOST)], 1), clock())
        except DatabaseError as error:
            if not _is_room(error):
                raise
            logger.error("The database has no room for a hash list.", exc_info=error, extra={"hash_list": list_id})
            return _refuse(work, hash_list, Findings([(0, Problem.NO_ROOM)], 1), clock())
        hash_list.counts = {_NAMES[Algorithm(algorithm)]: count for algorithm, count in sorted(counts.items())}
        if "pdq" in hash_list.counts:
            pdq_index.prepare(hash_list)
        _activate(work, hash_list, duplicates=read - counts.total(), now=clock())
        hash_list.file.unlink(missing_ok=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE hotline_listedhash")
        return True
    return False


def erase_list(*, list_id: int) -> bool:
    """Erase the hashes of a list that is being removed, and its files; whether it was this call that did."""
    work = _take(list_id, {ListState.REMOVING}, ListState.REMOVING)
    if work is None:
        return False
    with suppress(_LeaseLost):
        _erase(work)
        hash_list = HashList.objects.get(pk=list_id)
        hash_list.file.unlink(missing_ok=True)
        pdq_index.discard(hash_list)
        work.go_on(state=ListState.REMOVED)
        return True
    return False


def match_again() -> int:
    """Have all files of open cases held against the lists anew, in the transaction at hand; returns how many.

    Also those that wait for it already: who is matching them at this moment does so against the lists as they were.
    """
    return FileHash.objects.filter(report__isnull=False).exclude(report__state__in=FINAL).update(matched_at=None)


class _Problems(Exception):
    def __init__(self, findings: Findings) -> None:
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
            work.go_on()
            cursor.execute(_ERASE, [work.list_id, ERASED_AT_ONCE])
            if not cursor.rowcount:
                return


def _check(work: _Work, hash_list: HashList, progress: Progress) -> None:
    """Read the whole file before anything of it is stored."""
    if hash_list.file.stat().st_size != hash_list.file_size:
        raise Unusable(Problem.LOST)
    findings = Findings()
    for batch in read_list(hash_list.file, hash_list.layout, findings):
        hash_list.done_bytes = batch.done_bytes
        work.go_on(done_bytes=hash_list.done_bytes)
        progress(hash_list.percent)
    if findings.problem_count:
        raise _Problems(findings)


def _store(work: _Work, hash_list: HashList, progress: Progress) -> tuple[Counter[int], int]:
    """Store the digests; returns how many of each kind there are, and how many were read."""
    counts: Counter[int] = Counter()
    read = 0
    for batch in read_list(hash_list.file, hash_list.layout, Findings()):
        hash_list.done_bytes = hash_list.file_size + batch.done_bytes
        read += len(batch.rows)
        with transaction.atomic():
            work.go_on(done_bytes=hash_list.done_bytes)
            counts.update(_copy(hash_list.pk, batch))
        progress(hash_list.percent)
    return counts, read


def _copy(list_id: int, batch: Batch) -> dict[int, int]:
    lines = "".join([f"{algorithm:d}\t\\\\x{digest.hex()}\n" for algorithm, digest in batch.rows])
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with connection.wrap_database_errors:
            cursor.copy_expert(_COPY, BytesIO(lines.encode()))
        cursor.execute(_KEEP, [list_id])
        kept = dict(cursor.fetchall())
        cursor.execute("DROP TABLE arriving")
        return kept


def _activate(work: _Work, hash_list: HashList, *, duplicates: int, now: datetime) -> None:
    """The list takes the place of its former version; all open cases are matched anew."""
    entries = sum(hash_list.counts.values())
    with transaction.atomic():
        former = HashList.objects.select_for_update().filter(name=hash_list.name, state=ListState.ACTIVE).first()
        if former:
            former.state = ListState.REMOVING
            former.save(update_fields=["state"])
        work.go_on(
            state=ListState.ACTIVE,
            counts=hash_list.counts,
            entries=entries,
            duplicates=duplicates,
            imported_at=now,
            done_bytes=hash_list.file_size * 2,
        )
        _end(hash_list)
        data = {"entries": entries, "duplicates": duplicates, "replaced": former.pk if former else None}
        audit.record(action="hashlist.imported", subject=hash_list, actor=hash_list.imported_by, now=now, data=data)
        match_again()


def _refuse(work: _Work, hash_list: HashList, findings: Findings, now: datetime) -> bool:
    _erase(work)
    problems = [[line, problem.value] for line, problem in findings.problems]
    with transaction.atomic():
        work.go_on(state=ListState.REFUSED, problems=problems, problem_count=findings.problem_count)
        _end(hash_list)
        data = {"problem": findings.problems[0][1].value, "problems": findings.problem_count}
        audit.record(action="hashlist.refused", subject=hash_list, actor=hash_list.imported_by, now=now, data=data)
    hash_list.file.unlink(missing_ok=True)
    return True


def _end(hash_list: HashList) -> None:
    HashList.objects.filter(pk=hash_list.pk).update(lease=None, lease_until=None)


def _is_room(error: DatabaseError) -> bool:
    code: str = getattr(error.__cause__, "pgcode", None) or ""
    return code.startswith(_NO_ROOM)
