"""The pages for errors: the public site's designed ones, and a sober one for the staff side."""

import logging
import sys
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.middleware import DATABASE_DOWN, STAFF_PREFIX, database_down
from clicksafely.common.problems import is_api, problem

logger = logging.getLogger(__name__)

# {status: (what happened, what to do now)}
STAFF_PAGES: dict[int, tuple[Promise, Promise]] = {
    400: (_("This request could not be understood"), _("Go back one step and try again.")),
    403: (
        _("You may not do this"),
        _(
            "Your role does not include it, or the page was open too long. Go back and load it again; "
            "if you need it for your work, ask your supervisor."
        ),
    ),
    404: (_("There is no such page"), _("The address is mistyped, or what it showed is gone.")),
    500: (
        _("Something broke on our side"),
        _("It is not your fault. The mistake has been noted. Try again in a minute."),
    ),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without a valid token; Django's own page would bring inline style."""
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 in the reader's language; Django's own handler renders without the request and so without a language.

    Where a middleware, whose errors come here past all others, could not reach the database, the answer is 503. Should the page
    itself fail, a bare one stands in: an error that left Django would be printed by the server with all its words.
    """
    if isinstance(sys.exception(), DATABASE_DOWN):
        return database_down(request)
    try:
        return _page(request, 500)
    except Exception:
        logger.exception("the page for errors failed")
        return HttpResponse("<!doctype html><title>500</title><h1>500</h1>", status=500)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    if is_api(request.path):
        return problem(status)
    # A staff door has no public page that the public site's error pages could point to.
    if settings.PORTAL != "staff" and not request.path.startswith(STAFF_PREFIX):
        return render(request, f"{status}.html", status=status)
    heading, advice = STAFF_PAGES[status]
    # Without context processors: those may ask the database, which may be what is broken.
    context: dict[str, Any] = {"status": status, "heading": heading, "advice": advice}
    return HttpResponse(render_to_string("admin/error.html", context), status=status)
