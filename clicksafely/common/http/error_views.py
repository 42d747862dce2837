"""The handlers that Django calls for errors."""

import logging
import sys

from django.http import HttpRequest, HttpResponse

from clicksafely.common.http.error_pages import error_page
from clicksafely.common.http.middleware import DATABASE_ERRORS, REQUEST_TOO_BIG, database_down_response

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 where looking for a form's token met a form that is too big to read."""
    return error_page(request, 413 if isinstance(exception, REQUEST_TOO_BIG) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without a valid token; Django's own page would bring inline style."""
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 in the reader's language; Django's own handler renders without the request and so without a language.

    Where a middleware, whose errors come here past all others, could not reach the database, the answer is 503. Should the page
    itself fail, a bare one stands in: an error that left Django would be printed by the server with all its words.
    """
    if isinstance(sys.exception(), DATABASE_ERRORS):
        return database_down_response(request)
    try:
        return error_page(request, 500)
    except Exception:
        logger.exception("the page for errors failed")
        return HttpResponse("<!doctype html><title>500</title><h1>500</h1>", status=500)
