"""Error responses: problem documents for the API, plain pages for staff, designed pages for the public site."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.http.problem_details import is_api, problem_response
from clicksafely.common.i18n.language import STAFF_PREFIX

# {status: (heading, advice)}
STAFF_PAGES: dict[int, tuple[Promise, Promise]] = {
    400: (_("This request could not be understood"), _("Go back one step and try again.")),
    403: (
        _("You do not have access"),
        _(
            "Your role does not include this action, or the page was open too long. Go back and reload it. If "
            "you need access for your work, ask your supervisor."
        ),
    ),
    404: (_("Page not found"), _("The address may be mistyped, or the page has been removed.")),
    413: (
        _("Your form is too large"),
        _("Go back and shorten it, or send it in parts."),
    ),
    500: (
        _("Something went wrong on our side"),
        _("This is not your fault. The error has been recorded. Please try again in a minute."),
    ),
    503: (
        _("The database is not responding"),
        _("Wait a few seconds and reload the page. If you were sending a form, go back and send it again."),
    ),
}

STORAGE_UNAVAILABLE: tuple[Promise, Promise] = (
    _("The file storage is not responding"),
    _("Wait a minute and reload the page. If this continues, inform the administrator."),
)


def error_page(
    request: HttpRequest,
    status: int,
    headers: Mapping[str, str] | None = None,
    *,
    staff_words: tuple[Promise, Promise] | None = None,
) -> HttpResponse:
    """Return the response for `status` in the reader's language. For 503, and for staff, it is rendered without the database.

    `staff_words` replace those of STAFF_PAGES.
    """
    # Identifies the log lines; client errors have none.
    number = getattr(request, "request_id", "") if status >= 500 else ""
    if is_api(request.path):
        return problem_response(status, headers=headers)
    # The staff process has no public pages for the links of the public error pages.
    if settings.PORTAL == "staff" or request.path.startswith(STAFF_PREFIX):
        heading, advice = staff_words or STAFF_PAGES[status]
        context = {"status": status, "heading": heading, "advice": advice, "number": number}
        return HttpResponse(render_to_string("staff/error.html", context), status=status, headers=headers)
    # Context processors may query the database.
    if status == 503:
        html = render_to_string("503.html", {"request": request, "number": number})
    else:
        html = render_to_string(f"{status}.html", {"number": number}, request=request)
    return HttpResponse(html, status=status, headers=headers)
