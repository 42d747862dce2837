"""Template context of every page: the help lines."""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest

from awareness.topics.models import Signpost
from awareness.topics.selectors import known_signposts


def signposts(request: HttpRequest) -> dict[str, Callable[[], Sequence[Signpost]]]:
    """`signposts` is read when a template asks for it, not before."""
    return {"signposts": partial(known_signposts.during, request)}
