"""Staff actions on availability checks, on the case page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from clicksafely.common.clock import database_now
from hotline.availability import services
from hotline.availability.enqueue import enqueue_checks
from hotline.lifecycle.exceptions import CaseError
from hotline.review.views import SeeOther, acting_user, find_item, find_report, show_case, staff_action


@staff_action
def check_now(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Request an immediate check."""
    report, item = find_report(report_id), find_item(report_id, item_id)
    try:
        services.request_check(item=item, report=report, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), item=item, refusal=error)
    enqueue_checks()
    messages.success(request, _("It is being checked. Load the page again in a moment."))
    return _back(request, report_id)


@staff_action
def record_gone(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Record that an analyst found the content removed or unavailable."""
    report, item = find_report(report_id), find_item(report_id, item_id)
    try:
        services.end_check_manually(
            item=item,
            report=report,
            actor=acting_user(request),
            outcome=request.POST.get("outcome", ""),
            now=database_now(),
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), item=item, refusal=error)
    messages.success(request, _("It is recorded that it is gone."))
    return _back(request, report_id)


@staff_action
def dismiss_attention(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Dismiss an inconclusive check after a manual look."""
    report, item = find_report(report_id), find_item(report_id, item_id)
    try:
        services.dismiss_attention(item=item, report=report, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), item=item, refusal=error)
    messages.success(request, _("It is noted that you have looked at it."))
    return _back(request, report_id)


def _back(request: HttpRequest, report_id: int) -> HttpResponse:
    """Redirect to the item that the page showed."""
    place = request.POST.get("item", "")
    query = {"item": place} if place.isdecimal() else None
    return SeeOther(reverse("admin:hotline-case", args=[report_id], query=query))
