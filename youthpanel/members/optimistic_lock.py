"""Optimistic locking of forms: the conflict message, and revision digests."""

import hashlib
from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext_lazy as _

EDIT_CONFLICT_MESSAGE: Final = _(
    "Somebody else saved this while you were writing. Nothing was saved. Look at both, and save again what should stay."
)


def revision_digest(parts: Collection[str]) -> str:
    """A digest of a list of texts; each text is prefixed with its length, so that boundaries matter."""
    whole = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
