"""Hashes of files that came with reports."""

from typing import Any

from hotline.models import Digests, FileHash, HashOrigin


def file_hash(**columns: Any) -> FileHash:
    """An unsaved row; `md5`, `sha1`, `sha256`, `pdq` and `pdq_quality` are sealed."""
    digests = {name: columns.pop(name) for name in Digests._fields if name in columns}
    row = FileHash(**({"origin": HashOrigin.PARTNER} | columns))
    row.seal_digests(Digests(**digests))
    return row


def make_file_hash(**columns: Any) -> FileHash:
    """A saved row."""
    row = file_hash(**columns)
    row.save()
    return row
