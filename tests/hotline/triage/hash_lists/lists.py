"""Hash lists and files for the tests of matching."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from clicksafely.common.files.file_store import StoredFile
from hotline.models import Algorithm, FileHash, HashList, Report
from hotline.triage.hash_lists.digests import keyed_digest
from hotline.triage.hash_lists.files import store_file
from hotline.triage.hash_lists.list_import import import_list
from hotline.triage.hash_lists.list_services import ListDetails, add_list
from tests.factories.file_hashes import make_file_hash

NOW = datetime(2026, 3, 2, 10, 31, 12, 345, tzinfo=UTC)
HOUR = datetime(2026, 3, 2, 10, tzinfo=UTC)


def md5(text: str) -> bytes:
    """A made-up digest."""
    return hashlib.md5(text.encode(), usedforsecurity=False).digest()


def sha256(text: str) -> bytes:
    """A made-up digest."""
    return hashlib.sha256(text.encode()).digest()


def written(digests: Iterable[bytes]) -> bytes:
    """The file of a list, a hash a line."""
    return b"".join(digest.hex().encode() + b"\n" for digest in digests)


def stored(content: bytes) -> StoredFile:
    """The file, where imports look for it."""
    return store_file([content])


def added(content: bytes, layout: str = "md5", *, replaces: bool = False, **details: Any) -> HashList:
    """A list that waits for its import."""
    values = {"name": "Drawn shapes", "source": "Example hotline", "label": "baseline", "meaning": "csam"} | details
    return add_list(
        details=ListDetails(layout=layout, **values), stored=stored(content), replaces=replaces, actor=None, now=NOW
    )


def imported(content: bytes | Iterable[bytes], layout: str = "md5", **details: Any) -> HashList:
    """A list as its import leaves it."""
    hash_list = added(content if isinstance(content, bytes) else written(content), layout, **details)
    assert import_list(list_id=hash_list.pk, clock=lambda: NOW)
    hash_list.refresh_from_db()
    return hash_list


def stored_hashes(hash_list: HashList) -> set[tuple[int, bytes]]:
    """The keyed digests of a list in the database."""
    return {(row.algorithm, bytes(row.digest)) for row in hash_list.hashes.all()}


def keyed(*listed: tuple[int, bytes]) -> set[tuple[int, bytes]]:
    """What the database holds of these hashes."""
    return {(algorithm, keyed_digest(Algorithm(algorithm), digest)) for algorithm, digest in listed}


def file_of(report: Report, **columns: Any) -> FileHash:
    """A file that came with a report."""
    return make_file_hash(report=report, **columns)
