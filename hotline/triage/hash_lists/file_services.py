"""Keeps the hashes of a report's files."""

from collections.abc import Sequence

from hotline.models import FileHash, HashOrigin, Report, Upload
from hotline.triage.hash_lists.digests import FileDigest


def store_hashes(*, report: Report, files: Sequence[FileDigest], origin: HashOrigin) -> None:
    """One row for each file, in the transaction at hand."""
    if files:
        FileHash.objects.bulk_create(_row(file, origin, report=report) for file in files)


def store_upload_hash(*, upload: Upload, file: FileDigest) -> None:
    """The hashes of a picture of the web form as it came, before it was made anew. It goes with the upload, also where that is swept."""
    _row(file, HashOrigin.UPLOAD, upload=upload).save(force_insert=True)


def attach_upload_hashes(*, report: Report) -> None:
    """Give the report the hashes of its pictures, in the transaction that gives it these."""
    FileHash.objects.filter(upload__report=report).update(report=report)


def _row(
    file: FileDigest, origin: HashOrigin, *, report: Report | None = None, upload: Upload | None = None
) -> FileHash:
    return FileHash(
        report=report,
        upload=upload,
        origin=origin,
        media_type=file.media_type,
        size=file.size,
        md5=file.md5,
        sha1=file.sha1,
        sha256=file.sha256,
        pdq=file.pdq,
        pdq_quality=file.pdq_quality,
    )
