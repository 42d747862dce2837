"""What an error shows: a problem document to programs, a sober page to staff, the public site's designed page to everybody else."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.http.problem_details import is_api, problem_response
from clicksafely.common.i18n.language import STAFF_PREFIX

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
    413: (
        _("That was too much at once"),
        _("What you sent is larger than we accept. Go back, shorten it or send it in parts."),
    ),
    500: (
        _("Something broke on our side"),
        _("It is not your fault. The mistake has been noted. Try again in a minute."),
    ),
    503: (
        _("The database does not answer"),
        _("Wait a few seconds and load the page again. If you were sending something, go back and send it once more."),
    ),
}

STORAGE_UNAVAILABLE: tuple[Promise, Promise] = (
    _("The place where files are kept does not answer"),
    _("Wait a minute and load the page again. If it stays so, tell whoever runs the system."),
)


def error_page(
    request: HttpRequest,
    status: int,
    headers: Mapping[str, str] | None = None,
    *,
    staff_words: tuple[Promise, Promise] | None = None,
) -> HttpResponse:
    """The answer for `status`, in the reader's language. That for 503, and everything for staff, is drawn without the database.

    `staff_words` stand for those of STAFF_PAGES.
    """
    # By which its log lines are found; where nothing of ours broke there is nothing to look for.
    number = getattr(request, "request_id", "") if status >= 500 else ""
    if is_api(request.path):
        return problem_response(status, headers=headers)
    # A staff door has no public page that the public site's error pages could point to.
    if settings.PORTAL == "staff" or request.path.startswith(STAFF_PREFIX):
        heading, advice = staff_words or STAFF_PAGES[status]
        context = {"status": status, "heading": heading, "advice": advice, "number": number}
        return HttpResponse(render_to_string("staff/error.html", context), status=status, headers=headers)
    # Context processors may ask the database.
    if status == 503:
        html = render_to_string("503.html", {"request": request, "number": number})
    else:
        html = render_to_string(f"{status}.html", {"number": number}, request=request)
    return HttpResponse(html, status=status, headers=headers)
