"""The contact points of a demonstration: addresses that nobody has, so that nobody is written to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User

from awareness.editorial.models import ContactDoor, ContactKind, ContactPoint
from awareness.topics.services import publish_record

EDITOR: Final = "editor"
POINTS: Final = (
    (ContactDoor.CENTRE, ContactKind.EMAIL, "centar@example.org"),
    (ContactDoor.CENTRE, ContactKind.WEBSITE, "https://centar.example.org/"),
    (ContactDoor.HOTLINE, ContactKind.EMAIL, "prijave@example.org"),
    (ContactDoor.YOUTH_PANEL, ContactKind.EMAIL, "panel@example.org"),
)


def load(now: datetime) -> Iterator[tuple[int, int]]:
    """None where there are contacts. Needs the demonstration account of the editor."""
    if ContactPoint.objects.exists():
        return
    actor = User.objects.get(username=EDITOR)
    for number, (door, kind, value) in enumerate(POINTS, 1):
        publish_record(record=ContactPoint(door=door, kind=kind, value=value, order=number), actor=actor, now=now)
        yield number, len(POINTS)
