"""Template context of every page: the consortium."""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest

from awareness.pages.models import Partner
from awareness.pages.selectors import cached_consortium


def partners(request: HttpRequest) -> dict[str, Callable[[], Sequence[Partner]]]:
    """`partners` is queried only when a template uses it."""
    return {"partners": partial(cached_consortium.during, request)}
