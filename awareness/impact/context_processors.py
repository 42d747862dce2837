"""Template context: the figures of the Centre in short, for the home page."""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest

from awareness.impact.selectors import Short, known_in_short


def impact(request: HttpRequest) -> dict[str, Callable[[], Sequence[Short]]]:
    """`impact_in_short`: one `Short` or none, read once a generation; nothing is asked for until a template wants it."""
    return {"impact_in_short": partial(known_in_short.during, request)}
