"""Stores the hashes of a report's files, sealed."""

from collections.abc import Sequence

from hotline.models import FileHash, HashOrigin, Report, Upload
from hotline.triage.hash_lists.digests import FileDigest

MATCH_TASK = "hotline.match_hashes"


def store_hashes(*, report: Report, files: Sequence[FileDigest], origin: HashOrigin) -> None:
    """Create a row for each file, in the current transaction."""
    if files:
        FileHash.objects.bulk_create(_row(file, origin, report=report) for file in files)


def store_upload_hash(*, upload: Upload, file: FileDigest) -> None:
    """Store the hashes of a web form picture as uploaded, before re-encoding. They are deleted with the upload."""
    _row(file, HashOrigin.UPLOAD, upload=upload).save(force_insert=True)


def attach_upload_hashes(*, report: Report) -> None:
    """Attach the hashes of the report's pictures, in the transaction that attaches the pictures."""
    FileHash.objects.filter(upload__report=report).update(report=report)


def _row(
    file: FileDigest, origin: HashOrigin, *, report: Report | None = None, upload: Upload | None = None
) -> FileHash:
    row = FileHash(report=report, upload=upload, origin=origin, media_type=file.media_type, size=file.size)
    row.seal_digests(file.digests)
    return row
