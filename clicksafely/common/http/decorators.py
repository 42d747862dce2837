"""Decorator that restricts views to GET and HEAD."""

from collections.abc import Callable
from typing import Concatenate

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


def read_only[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Return 405 for methods other than GET and HEAD, before the CSRF check, which is unnecessary here."""
    return csrf_exempt(require_safe(view))
