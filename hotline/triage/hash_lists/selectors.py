"""Queries of hash lists: active lists, unmatched reports, matching."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from hotline.models import Algorithm, Digests, FileHash, HashList, ListState, OwnPicture
from hotline.states import ReportState
from hotline.triage.hash_lists import pdq_index
from hotline.triage.hash_lists.digests import keyed_digest

# The minimum quality recommended by PDQ. Plain pictures resemble each other.
# https://github.com/facebook/ThreatExchange/tree/main/pdq#quality-metric
MIN_QUALITY = 50
AT_ONCE = 5000

# One index look-up for each digest and list, regardless of the planner's statistics.
_EXACT = """
    SELECT wanted.place, active.id, wanted.algorithm
    FROM unnest(%s::int[], %s::smallint[], %s::bytea[]) AS wanted (place, algorithm, digest)
    CROSS JOIN unnest(%s::bigint[]) AS active (id)
    CROSS JOIN LATERAL (
        SELECT FROM hotline_listedhash listed
        WHERE (listed.hash_list_id, listed.algorithm, listed.digest) = (active.id, wanted.algorithm, wanted.digest) LIMIT 1
    ) AS hit
"""


@dataclass(frozen=True)
class HashHit:
    """One file on one list, by the strongest common digest. See HashMatch."""

    file: FileHash
    list_id: int
    algorithm: Algorithm
    distance: int = 0


def lists_in_use() -> list[HashList]:
    return list(HashList.objects.filter(state=ListState.ACTIVE).order_by("pk"))


def unmatched_reports() -> list[int]:
    """Return the ids of the distinct triaged reports with unmatched files or own pictures, the oldest row first.

    At most `AT_ONCE` rows of each are read.
    """
    ids: list[int | None] = []
    for model in (FileHash, OwnPicture):
        waiting = model.objects.filter(matched_at=None, report__isnull=False).exclude(
            report__state=ReportState.RECEIVED
        )
        ids += waiting.order_by("pk").values_list("report", flat=True)[:AT_ONCE]
    return [report_id for report_id in dict.fromkeys(ids) if report_id is not None]


def unfinished_lists() -> QuerySet[HashList]:
    """Return lists with an unfinished import or removal, the oldest first."""
    states = [ListState.WAITING, ListState.IMPORTING, ListState.REMOVING]
    return HashList.objects.filter(state__in=states).order_by("pk")


def find_matches(files: Sequence[FileHash], lists: Sequence[HashList]) -> list[HashHit]:
    """Return each match of a file and a list once. An exact match takes precedence over a near one.

    Opens the digests of the files. Raises SealError, and ImproperlyConfigured without HASH_LIST_KEY.
    """
    if not files or not lists:
        return []
    file_digests = [file.open_digests() for file in files]
    found = _near(files, file_digests, lists) | _equal(files, file_digests, lists)
    return [found[pair] for pair in sorted(found)]


def find_exact_matches(files: Sequence[FileHash], lists: Sequence[HashList]) -> list[HashHit]:
    """Like `find_matches`, without near ones."""
    return list(_equal(files, [file.open_digests() for file in files], lists).values()) if lists else []


def _equal(
    files: Sequence[FileHash], file_digests: Sequence[Digests], lists: Sequence[HashList]
) -> dict[tuple[int, int], HashHit]:
    keyed_digests = [
        (place, algorithm, keyed_digest(algorithm, digest))
        for place, file in enumerate(file_digests)
        for algorithm, digest in (
            (Algorithm.MD5, file.md5),
            (Algorithm.SHA1, file.sha1),
            (Algorithm.SHA256, file.sha256),
        )
        if digest is not None
    ]
    if not keyed_digests:
        return {}
    places, algorithms, digests = (list(column) for column in zip(*keyed_digests, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_EXACT, [places, [int(code) for code in algorithms], digests, [one.pk for one in lists]])
        rows = cursor.fetchall()
    # The strongest algorithm comes last and overwrites the others.
    return {
        (place, list_id): HashHit(files[place], list_id, Algorithm(algorithm))
        for place, list_id, algorithm in sorted(rows)
    }


def _near(
    files: Sequence[FileHash], file_digests: Sequence[Digests], lists: Sequence[HashList]
) -> dict[tuple[int, int], HashHit]:
    pictures = [
        (place, file.pdq)
        for place, file in enumerate(file_digests)
        if file.pdq is not None and (file.pdq_quality is None or file.pdq_quality >= MIN_QUALITY)
    ]
    found = {}
    pdq_index.discard_others(lists)
    for hash_list in lists if pictures else ():
        if not hash_list.counts.get("pdq"):
            continue
        distances = pdq_index.distances(hash_list, [pdq for _place, pdq in pictures])
        for (place, _pdq), distance in zip(pictures, distances, strict=True):
            if distance is not None:
                found[place, hash_list.pk] = HashHit(files[place], hash_list.pk, Algorithm.PDQ, distance)
    return found
