"""Short published lists, read once a content generation: those of every page, still there while the database is not, and those that change by dates."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from clicksafely.common.page_cache import content_version

DATABASE_UNREACHABLE = (DatabaseError, InterfaceError)
# Enough for every topic, audience and language; a bound because keys may come out of addresses.
MOST_KEYS = 256


class CachedList[Item]:
    """Keeps what `read` returned, per process. While the database is away: the last list, before any, `fallback`."""

    def __init__(self, read: Callable[[], Sequence[Item]], *, fallback: Sequence[Item] = ()) -> None:
        self._read = read
        self._items: Sequence[Item] = fallback
        self._generation: int | None = None

    def during(self, request: HttpRequest) -> Sequence[Item]:
        """The list of the generation this request sees; all lists of one request share one query for that."""
        try:
            current = _generation_of(request)
            if current != self._generation:
                self._items = self._read()
                self._generation = current
        except DATABASE_UNREACHABLE:
            pass
        return self._items

    def without_database(self) -> Sequence[Item]:
        """What is known already; asks nobody."""
        return self._items


class TimedList[Item](NamedTuple):
    """What everybody sees from `since` until before `until` (None: until something is published), in one generation."""

    items: Sequence[Item]
    since: datetime
    until: datetime | None
    generation: int

    def holds(self, now: datetime, generation: int) -> bool:
        """Whether it is what everybody sees at `now` still."""
        return self.generation == generation and self.since <= now and (self.until is None or now < self.until)


class TimedListCache[Key: Hashable, Item]:
    """Lists that depend on the hour, one for each key, of which few are kept: `read(key, now)` returns one with the moment of its next planned change."""

    def __init__(self, read: Callable[[Key, datetime], tuple[Sequence[Item], datetime | None]]) -> None:
        self._read = read
        self._seen: dict[Key, TimedList[Item]] = {}

    def at(self, request: HttpRequest, key: Key, now: datetime) -> TimedList[Item]:
        """The list of the generation this request sees; reads only what is not known. Raises DatabaseError like any query."""
        generation = _generation_of(request)
        seen = self._seen.get(key)
        if seen is None or not seen.holds(now, generation):
            items, until = self._read(key, now)
            seen = TimedList(items, now, until, generation)
            kept = self._seen if len(self._seen) < MOST_KEYS else {}
            self._seen = kept | {key: seen}
        return seen


class RecordCache[Item]:
    """Records by the name in their address, whoever may see them, for reading alone: nothing of them may change by itself.

    What is not there is not kept: whoever asks for that must not push out what is.
    """

    def __init__(self, find: Callable[[str], Item | None]) -> None:
        self._find = find
        self._found: dict[str, tuple[int, Item]] = {}

    def get(self, request: HttpRequest, name: str) -> Item | None:
        """The record as it is in the generation this request sees. Raises DatabaseError like any query."""
        generation = _generation_of(request)
        known = self._found.get(name)
        if known and known[0] == generation:
            return known[1]
        found = self._find(name)
        if found is not None:
            kept = self._found if len(self._found) < MOST_KEYS else {}
            self._found = kept | {name: (generation, found)}
        return found


def request_content_version(request: HttpRequest) -> int | None:
    """The content generation that this request sees; None while the database is away."""
    try:
        return _generation_of(request)
    except DATABASE_UNREACHABLE:
        return None


def _generation_of(request: HttpRequest) -> int:
    if not hasattr(request, "_content_generation"):
        request._content_generation = content_version.current()  # type: ignore[attr-defined]
    number: int = request._content_generation  # type: ignore[attr-defined]
    return number
