"""Two who write the same at once: the later one is told, and nothing of either is lost."""

import hashlib
from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext_lazy as _

EDIT_CONFLICT_MESSAGE: Final = _(
    "Somebody else saved this while you were writing. Nothing was saved. Look at both, and save again what should stay."
)


def revision_digest(parts: Collection[str]) -> str:
    """One short word for a list of texts, in which no text runs into the next."""
    whole = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
