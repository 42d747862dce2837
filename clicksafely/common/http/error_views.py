"""Error handlers of the root URL configuration."""

import logging
import sys

from django.http import HttpRequest, HttpResponse

from clicksafely.common.http.error_pages import error_page
from clicksafely.common.http.middleware import DATABASE_ERRORS, REQUEST_TOO_BIG, database_down_response

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 400, or 413 if the CSRF check found a form that is too large to read."""
    return error_page(request, 413 if isinstance(exception, REQUEST_TOO_BIG) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 403."""
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 for a form without a valid token; Django's own page contains inline styles."""
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 404."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500 in the reader's language; Django's own handler renders without the request and so without a language.

    Returns 503 if a middleware could not reach the database: such errors bypass all other handlers. If the page itself fails, returns a
    bare page, because the server would log an uncaught exception with its message.
    """
    if isinstance(sys.exception(), DATABASE_ERRORS):
        return database_down_response(request)
    try:
        return error_page(request, 500)
    except Exception:
        logger.exception("the error page failed")
        return HttpResponse("<!doctype html><title>500</title><h1>500</h1>", status=500)
