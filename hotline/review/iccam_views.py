"""Telling ICCAM again, from the case screen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from clicksafely.common.clock import agreed_now
from clicksafely.common.permissions import has_duty
from hotline.lifecycle.errors import CaseError
from hotline.models import IccamReport
from hotline.permissions import RETRY_ICCAM
from hotline.referral.iccam import queue
from hotline.review.errors import NeedsSupervisor
from hotline.review.views import acting_user, find_report, show_case, staff_act


@staff_act
def retry(request: HttpRequest, report_id: int, iccam_id: int) -> HttpResponse:
    """A supervisor has it tried again at once."""
    report, user = find_report(report_id), acting_user(request)
    # Any case of the item shows it.
    row = get_object_or_404(
        IccamReport.objects.select_related("report").distinct(),
        pk=iccam_id,
        contents__item__report_items__report_id=report_id,
    )
    try:
        if not has_duty(user, RETRY_ICCAM):
            raise NeedsSupervisor
        queue.retry(row=row, actor=user, now=agreed_now())
    except CaseError as error:
        return show_case(request, report, refusal=error)
    messages.success(request, _("ICCAM is told again within a minute."))
    return redirect("admin:hotline-case", report_id)
