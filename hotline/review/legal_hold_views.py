"""Staff views for legal holds on the case page, for supervisors."""

from functools import wraps
from typing import cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from clicksafely.common.clock import database_now
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.permissions import has_role_permission
from hotline.lifecycle.exceptions import CaseError
from hotline.models import LegalHold
from hotline.permissions import MANAGE_LEGAL_HOLD
from hotline.retention import services
from hotline.review.views import View, acting_user, find_report, show_case, staff_action


def supervisor_act[**P](view: View[P]) -> View[P]:
    """Restrict a staff action to supervisors, including its GET redirect."""
    act = staff_action(view)

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if admin.site.has_permission(request) and not has_role_permission(request.user, MANAGE_LEGAL_HOLD):
            raise PermissionDenied
        return act(request, *args, **kwargs)

    return cast(View[P], page)


@supervisor_act
def set_hold(request: HttpRequest, report_id: int) -> HttpResponse:
    """Set a legal hold on the case."""
    report, typed = find_report(report_id), {name: request.POST.get(name, "") for name in ("held", "hold_words")}
    try:
        services.set_hold(
            report_id=report.pk,
            reason=typed["held"],
            words=typed["hold_words"],
            actor=acting_user(request),
            now=database_now(),
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error, typed_hold=typed)
    messages.success(request, _("The legal hold stands: nothing of this case is erased until it is released."))
    return redirect("admin:hotline-case", report_id)


@supervisor_act
def release_hold(request: HttpRequest, report_id: int, legal_hold_id: int) -> HttpResponse:
    """Release the hold, so that retention applies again."""
    try:
        services.release_hold(hold=_hold(report_id, legal_hold_id), actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("The legal hold is released: the case is erased when its time is over."))
    return redirect("admin:hotline-case", report_id)


@supervisor_act
def open_reason(request: HttpRequest, report_id: int, legal_hold_id: int) -> HttpResponse:
    """Show the reason for the hold. The access is logged."""
    try:
        reason = services.open_reason(
            hold=_hold(report_id, legal_hold_id), actor=acting_user(request), now=database_now()
        )
    except (CaseError, SealError) as error:
        return show_case(request, find_report(report_id), refusal=error)
    return show_case(request, find_report(report_id), hold_reason=reason)


def _hold(report_id: int, legal_hold_id: int) -> LegalHold:
    return get_object_or_404(LegalHold.objects.select_related("report"), pk=legal_hold_id, report_id=report_id)
