"""Template context of every page: who carries the project out."""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest

from awareness.pages.models import Partner
from awareness.pages.selectors import cached_consortium


def partners(request: HttpRequest) -> dict[str, Callable[[], Sequence[Partner]]]:
    """`partners` is read when a template asks for it, not before."""
    return {"partners": partial(cached_consortium.during, request)}
