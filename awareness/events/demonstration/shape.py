"""How an event of the demonstration is written down."""

from typing import NamedTuple

from awareness.events.vocabulary import EventKind
from awareness.topics.subjects.shape import Both


class Programme(NamedTuple):
    """What an event is about, whenever it takes place; `minutes` it lasts, `places` there are, `about` are paragraphs."""

    slug: str
    kind: EventKind
    title: Both
    summary: Both
    about: tuple[Both, ...]
    audiences: tuple[str, ...]
    topics: tuple[str, ...]
    minutes: int
    places: int
    bookable: bool = False
    languages: tuple[str, ...] = ("sr",)
    access: tuple[str, ...] = ("step-free",)
