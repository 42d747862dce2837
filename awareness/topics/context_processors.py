"""Template context of every page: help lines, picture removal services, and the content generation for cached parts of pages."""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest

from awareness.topics.models import RemovalService, Signpost
from awareness.topics.selectors import known_removal_services, known_signposts
from clicksafely.common.page_cache.list_cache import seen_generation


def signposts(
    request: HttpRequest,
) -> dict[str, Callable[[], Sequence[Signpost] | Sequence[RemovalService]] | Callable[[], int | None]]:
    """`signposts`, `removal_services` and `content_generation` are read when a template uses them, not before."""
    return {
        "signposts": partial(known_signposts.during, request),
        "removal_services": partial(known_removal_services.during, request),
        "content_generation": partial(seen_generation, request),
    }
