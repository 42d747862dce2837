"""The page for an error nobody foresaw; the other error pages are Django's handlers with our templates."""

import logging
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clicksafely.common.middleware import DATABASE_DOWN, database_down

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 in the reader's language; Django's own handler renders without the request and so without a language.

    Where a middleware, whose errors come here past all others, could not reach the database, the answer is 503. Should the page
    itself fail, a bare one stands in: an error that left Django would be printed by the server with all its words.
    """
    if isinstance(sys.exception(), DATABASE_DOWN):
        return database_down(request)
    try:
        return render(request, "500.html", status=500)
    except Exception:
        logger.exception("the page for errors failed")
        return HttpResponse("<!doctype html><title>500</title><h1>500</h1>", status=500)
