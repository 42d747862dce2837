"""Revision digests for the optimistic locking of forms."""

import hashlib
from collections.abc import Collection


def revision_digest(parts: Collection[str]) -> str:
    """A digest of a list of texts; each text is prefixed with its length, so that boundaries matter."""
    whole = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
