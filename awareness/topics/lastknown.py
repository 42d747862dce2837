"""Short published lists, read once a content generation and still there while the database is not."""

from collections.abc import Callable, Sequence

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from clicksafely.common import generation

UNREACHABLE = (DatabaseError, InterfaceError)


class LastKnown[Item]:
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
        except UNREACHABLE:
            pass
        return self._items

    def without_database(self) -> Sequence[Item]:
        """What is known already; asks nobody."""
        return self._items


def _generation_of(request: HttpRequest) -> int:
    if not hasattr(request, "_content_generation"):
        request._content_generation = generation.current()  # type: ignore[attr-defined]
    number: int = request._content_generation  # type: ignore[attr-defined]
    return number
