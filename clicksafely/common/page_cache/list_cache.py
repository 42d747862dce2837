"""Caches of short published lists and records, read once per content version."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from clicksafely.common.page_cache import content_version

DATABASE_UNREACHABLE = (DatabaseError, InterfaceError)
# Enough for every topic, audience and language; limited because keys may come from URLs.
MAX_KEYS = 256


class CachedList[Item]:
    """Caches the result of `read` per process. While the database is down: the last list, or that of `fallback` if there is none."""

    def __init__(self, read: Callable[[], Sequence[Item]], *, fallback: Callable[[], Sequence[Item]] = tuple) -> None:
        self._read = read
        self._fallback = fallback
        self._items: Sequence[Item] | None = None
        self._generation: int | None = None

    def during(self, request: HttpRequest) -> Sequence[Item]:
        """Return the list of the content version of this request. All lists of one request share one query for it."""
        try:
            current = _generation_of(request)
            if current == _UNCACHED:
                return self._read()
            if current != self._generation:
                self._items = self._read()
                self._generation = current
        except DATABASE_UNREACHABLE:
            pass
        return self.without_database()

    def without_database(self) -> Sequence[Item]:
        """Return the cached list without a query."""
        if self._items is None:
            self._items = self._fallback()
        return self._items


class TimedList[Item](NamedTuple):
    """The public list from `since` until before `until` (None: until the next publication), in one content version."""

    items: Sequence[Item]
    since: datetime
    until: datetime | None
    generation: int

    def holds(self, now: datetime, generation: int) -> bool:
        """Return whether the list is still current at `now`."""
        return self.generation == generation and self.since <= now and (self.until is None or now < self.until)


class TimedListCache[Key: Hashable, Item]:
    """Time-dependent lists, one for each of a few keys.

    `read(key, now)` returns a list and the time of its next scheduled change.
    """

    def __init__(self, read: Callable[[Key, datetime], tuple[Sequence[Item], datetime | None]]) -> None:
        self._read = read
        self._lists: dict[Key, TimedList[Item]] = {}

    def at(self, request: HttpRequest, key: Key, now: datetime) -> TimedList[Item]:
        """Return the list of the content version of this request, reading it only if it is not cached. Raises DatabaseError."""
        generation = _generation_of(request)
        cached = self._lists.get(key)
        if cached is None or not cached.holds(now, generation):
            items, until = self._read(key, now)
            cached = TimedList(items, now, until, generation)
            if generation == _UNCACHED:
                return cached
            retained = self._lists if len(self._lists) < MAX_KEYS else {}
            self._lists = retained | {key: cached}
        return cached


class RecordCache[Item]:
    """Read-only records by the slug in their URL, independent of visibility and time.

    Missing records are not cached, so that requests for them cannot evict existing ones.
    """

    def __init__(self, find: Callable[[str], Item | None]) -> None:
        self._find = find
        self._found: dict[str, tuple[int, Item]] = {}

    def get(self, request: HttpRequest, name: str) -> Item | None:
        """Return the record in the content version of this request. Raises DatabaseError."""
        generation = _generation_of(request)
        cached = self._found.get(name)
        if cached and cached[0] == generation:
            return cached[1]
        found = self._find(name)
        if found is not None and generation != _UNCACHED:
            retained = self._found if len(self._found) < MAX_KEYS else {}
            self._found = retained | {name: (generation, found)}
        return found


def request_content_version(request: HttpRequest) -> int | None:
    """Return the content version of this request; None while the database is down."""
    try:
        return _generation_of(request)
    except DATABASE_UNREACHABLE:
        return None


# The content version of a request that sees data of its own; the database counts from 1.
_UNCACHED = -1


def bypass_caches(request: HttpRequest) -> None:
    """Make this request read lists and records itself, and leave none behind. For previews, which see unpublished data."""
    request._content_generation = _UNCACHED  # type: ignore[attr-defined]


def _generation_of(request: HttpRequest) -> int:
    if not hasattr(request, "_content_generation"):
        request._content_generation = content_version.current()  # type: ignore[attr-defined]
    number: int = request._content_generation  # type: ignore[attr-defined]
    return number
