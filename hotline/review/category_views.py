"""The act by which somebody at the desk says what a report by e-mail is about."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clicksafely.common.clock import agreed_now
from hotline.lifecycle.errors import CaseError
from hotline.review.category import change_category
from hotline.review.views import acting_user, find_report, show_case, staff_act


@staff_act
def categorise(request: HttpRequest, report_id: int) -> HttpResponse:
    """Put the report under a category."""
    report, category = find_report(report_id), request.POST.get("category", "")
    try:
        change_category(report=report, category=category, actor=acting_user(request), now=agreed_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("What the report is about is recorded."))
    return redirect("admin:hotline-case", report_id)
