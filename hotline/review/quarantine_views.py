"""Staff views for suspected pictures on the case page: lock, release, refer to the police."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from clicksafely.common.clock import database_now
from hotline.lifecycle.exceptions import CaseError
from hotline.models import Upload
from hotline.referral.quarantine import services
from hotline.review.views import SeeOther, acting_user, find_report, show_case, staff_action


@staff_action
def suspect(request: HttpRequest, report_id: int, upload_id: int) -> HttpResponse:
    """Lock one picture for all users."""
    upload = _upload(report_id, upload_id)
    try:
        services.suspect_upload(upload=upload, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("The picture is locked for everybody. A supervisor sees it on the desk."))
    return _back(request, report_id)


@staff_action
def withdraw(request: HttpRequest, report_id: int, upload_id: int) -> HttpResponse:
    """Withdraw a colleague's suspicion, for supervisors."""
    upload, reason = _upload(report_id, upload_id), request.POST.get("reason", "")
    try:
        services.withdraw_suspicion(upload=upload, reason=reason, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error, withdrawing=(upload.pk, reason))
    messages.success(request, _("The suspicion is withdrawn."))
    return _back(request, report_id)


@staff_action
def refer_pictures(request: HttpRequest, report_id: int) -> HttpResponse:
    """Refer the locked pictures of a case to the police, for supervisors."""
    try:
        services.refer_suspected(report=find_report(report_id), actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("The locked pictures go to the police with the next package, sealed."))
    return _back(request, report_id)


def _upload(report_id: int, upload_id: int) -> Upload:
    return get_object_or_404(Upload, pk=upload_id, report_id=report_id)


def _back(request: HttpRequest, report_id: int) -> HttpResponse:
    place = request.POST.get("item", "")
    query = {"item": place} if place.isdecimal() else None
    return SeeOther(reverse("admin:hotline-case", args=[report_id], query=query))
