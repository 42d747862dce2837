"""Which HTTP methods a page that only shows something knows."""

from collections.abc import Callable
from typing import Concatenate

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


def read_only[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Answer 405 to everything but GET and HEAD, before anybody looks for a CSRF token: there is nothing here to protect."""
    return csrf_exempt(require_safe(view))
