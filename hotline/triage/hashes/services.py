"""Keeps the hashes of a report's files."""

from collections.abc import Sequence

from hotline.models import FileHash, HashOrigin, Report
from hotline.triage.hashes.digests import FileDigest


def keep_hashes(*, report: Report, files: Sequence[FileDigest], origin: HashOrigin) -> None:
    """One row for each file, in the transaction at hand."""
    if files:
        FileHash.objects.bulk_create(_row(report, file, origin) for file in files)


def _row(report: Report, file: FileDigest, origin: HashOrigin) -> FileHash:
    return FileHash(
        report=report,
        origin=origin,
        media_type=file.media_type,
        size=file.size,
        md5=file.md5,
        sha1=file.sha1,
        sha256=file.sha256,
        pdq=file.pdq,
        pdq_quality=file.pdq_quality,
    )
