"""Seed content (partners) and demonstration content (contact points)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from awareness.pages.models import ContactPoint
from awareness.publishing.services import save_record
from awareness.topics.content import DEMO, SEED, publish_loaded
from clicksafely.accounts.models import User
from clicksafely.common.content.loader import ContentKind
from clicksafely.common.content.schema import read_data

EDITOR: Final = "editor"

KINDS: Final = (
    ContentKind(
        model="pages.partner",
        files=SEED / "pages" / "partners.yaml",
        key=("key",),
        match=("name_sr", "role"),
        update=publish_loaded,
    ),
)


def load_contacts(now: datetime) -> Iterator[tuple[int, int]]:
    """Load nothing if contacts exist. Requires the editor's demonstration account."""
    if ContactPoint.objects.exists():
        return
    points = read_data(DEMO / "pages" / "contacts.yaml")
    actor = User.objects.get(username=EDITOR)
    for number, point in enumerate(points, 1):
        save_record(record=ContactPoint(order=number, **point), actor=actor, now=now)
        yield number, len(points)
