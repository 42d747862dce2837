"""Template context of every page: help lines, picture removal services, and the content generation for cached parts of pages."""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest

from awareness.topics.models import HelpLine, RemovalService
from awareness.topics.selectors import cached_help_lines, cached_removal_services
from clicksafely.common.page_cache.list_cache import request_content_version


def help_lines(
    request: HttpRequest,
) -> dict[str, Callable[[], Sequence[HelpLine] | Sequence[RemovalService]] | Callable[[], int | None]]:
    """`help_lines`, `removal_services` and `content_generation` are queried only when a template uses them."""
    return {
        "help_lines": partial(cached_help_lines.during, request),
        "removal_services": partial(cached_removal_services.during, request),
        "content_generation": partial(request_content_version, request),
    }
