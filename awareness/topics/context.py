"""Template context of every page: the help lines, and the generation of content, for parts of pages that are kept as they were drawn."""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest

from awareness.topics.models import Signpost
from awareness.topics.selectors import known_signposts
from clicksafely.common.lastknown import seen_generation


def signposts(request: HttpRequest) -> dict[str, Callable[[], Sequence[Signpost]] | Callable[[], int | None]]:
    """`signposts` and `content_generation` are read when a template asks for them, not before."""
    return {
        "signposts": partial(known_signposts.during, request),
        "content_generation": partial(seen_generation, request),
    }
