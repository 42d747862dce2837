"""Seed content of the app `editorial`: the organisations that run, fund and support the Centre."""

from typing import Final

from awareness.topics.content import SEED, publish_loaded
from clicksafely.common.content.loader import ContentKind

KINDS: Final = (
    ContentKind(
        model="editorial.partner",
        files=SEED / "editorial" / "partners.yaml",
        key=("key",),
        key_is_field=False,
        update=publish_loaded,
    ),
)
