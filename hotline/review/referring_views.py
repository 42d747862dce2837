"""Handing content over, from the case screen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from clicksafely.common.clock import agreed_now
from clicksafely.common.permissions import has_duty
from clicksafely.common.sealing import SealError
from hotline.lifecycle.errors import CaseError
from hotline.models import PoliceHold, Referral
from hotline.permissions import REVIEW_URGENT_REFERRAL
from hotline.referral import services
from hotline.review import referring
from hotline.review.errors import NeedsSupervisor
from hotline.review.views import acting_user, find_item, find_report, show_case, staff_act, stay_or_leave


@staff_act
def refer(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Hand one item over."""
    report, item, routes = find_report(report_id), find_item(report_id, item_id), request.POST.getlist("routes")
    try:
        referring.refer(
            report=report,
            item=item,
            actor=acting_user(request),
            routes=routes,
            now=agreed_now(),
            unsure="unsure" in request.POST,
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), item=item, refusal=error, routes=routes)
    return stay_or_leave(request, report_id, _("It is on its way: its host is looked up once more, then it goes out."))


@staff_act
def refer_in_danger(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Go to the police at once."""
    report, item, reason = find_report(report_id), find_item(report_id, item_id), request.POST.get("reason", "")
    try:
        referring.refer_in_danger(report=report, item=item, actor=acting_user(request), reason=reason, now=agreed_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), item=item, refusal=error, danger_reason=reason)
    return stay_or_leave(
        request, report_id, _("It goes to the police now; supervisors see it. If minutes count, also call 192.")
    )


@staff_act
def withdraw(request: HttpRequest, report_id: int, referral_id: int) -> HttpResponse:
    """Take back what has not gone out."""
    referral = _referral(report_id, referral_id)
    try:
        referring.withdraw(referral=referral, actor=acting_user(request), now=agreed_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), item=referral.item, refusal=error)
    messages.success(request, _("It is taken back."))
    return redirect("admin:hotline-case", report_id)


@staff_act
def release_hold(request: HttpRequest, report_id: int, hold_id: int) -> HttpResponse:
    """The police let the host be told."""
    hold = get_object_or_404(PoliceHold, pk=hold_id, item__report_items__report_id=report_id)
    try:
        referring.release_hold(hold=hold, actor=acting_user(request), now=agreed_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), item=hold.item, refusal=error)
    messages.success(request, _("The hold is released: the host hears of it now."))
    return redirect("admin:hotline-case", report_id)


@staff_act
def open_reason(request: HttpRequest, report_id: int, referral_id: int) -> HttpResponse:
    """Read why somebody went to the police alone; for supervisors."""
    referral, user = _referral(report_id, referral_id), acting_user(request)
    try:
        if not has_duty(user, REVIEW_URGENT_REFERRAL):
            raise NeedsSupervisor
        reason = services.open_reason(referral=referral, actor=user, now=agreed_now())
    except (CaseError, SealError) as error:
        return show_case(request, find_report(report_id), item=referral.item, refusal=error)
    return show_case(request, find_report(report_id), item=referral.item, opened_reason=(referral.pk, reason))


@staff_act
def review_urgent(request: HttpRequest, report_id: int, referral_id: int) -> HttpResponse:
    """A supervisor has looked at it."""
    referral = _referral(report_id, referral_id)
    try:
        referring.review_urgent(referral=referral, actor=acting_user(request), now=agreed_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), item=referral.item, refusal=error)
    messages.success(request, _("It is noted that you have looked at it."))
    return redirect("admin:hotline-case", report_id)


def _referral(report_id: int, referral_id: int) -> Referral:
    return get_object_or_404(
        Referral.objects.select_related("item", "report"), pk=referral_id, item__report_items__report_id=report_id
    )
