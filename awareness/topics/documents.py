"""What the search finds: the registry lives in the common ground, for not everything that is found is the public site's own."""

from clicksafely.common.findable import (
    Document,
    Findable,
    Words,
    findable_of,
    findables,
    hear_of_changes,
    offer_documents,
    tell,
)

__all__ = [
    "Document",
    "Findable",
    "Words",
    "findable_of",
    "findables",
    "hear_of_changes",
    "offer_documents",
    "tell",
]
