"""Pages for supervisors: exports for partners, and how the hotline is doing."""

import re
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clicksafely.accounts.models import User
from clicksafely.common.queue import failed_tasks
from clicksafely.common.staff.site import staff_view
from hotline.models import Referral, ReferralState
from hotline.permissions import EXPORT_STATISTICS, VIEW_PERFORMANCE
from hotline.states import ItemState
from hotline.statistics import dashboard, selectors
from hotline.statistics.export import Export, export_statistics

_PERIOD = re.compile(r"2[0-9]{3}(-(Q[1-4]|0[1-9]|1[0-2]))?")
_YEAR = re.compile(r"2[0-9]{3}")


@staff_view(EXPORT_STATISTICS)
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """What can be exported, and of which periods."""
    return _page(request, "staff/hotline/statistics/exports.html", _("Exports"), wrong="")


@staff_view(EXPORT_STATISTICS)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Hand out a file. Its address looked at leads to the page."""
    if request.method != "POST":
        return redirect("admin:hotline-statistics-exports")
    kind, typed = request.POST.get("export", ""), request.POST.get("period", "").strip()
    period = typed.upper()
    pattern = _YEAR if kind == Export.FLAGGER else _PERIOD
    if kind not in Export.values or not pattern.fullmatch(period):
        page = _page(request, "staff/hotline/statistics/exports.html", _("Exports"), wrong=kind, typed=typed)
        page.status_code = 422
        return page
    file = export_statistics(
        export=Export(kind),
        period=period,
        as_json=request.POST.get("format") == "json",
        actor=cast(User, request.user),
        now=timezone.now(),
    )
    response = HttpResponse(file.body, content_type=file.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@staff_view(VIEW_PERFORMANCE)
@require_safe
def workload_dashboard(request: HttpRequest) -> HttpResponse:
    """Queues and their age, agreement, workload, what is on its way and what failed."""
    now = timezone.now()
    failed = Referral.objects.filter(state=ReferralState.FAILED, item__state=ItemState.ASSESSED)
    return _page(
        request,
        "staff/hotline/statistics/dashboard.html",
        _("How the hotline is doing"),
        queues=dashboard.queue_ages(now),
        agreement=dashboard.monthly_agreement(now),
        weeks=dashboard.weeks_until(now),
        people=dashboard.workload(now),
        referrals=dashboard.waiting_referrals(),
        failed_referrals=failed.order_by()[: dashboard.CAP].count(),
        failed_tasks=failed_tasks.count_open(),
    )


def _page(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    context |= {
        **admin.site.each_context(request),
        "title": title,
        "exports": Export,
        "counted_at": selectors.counted_at(),
        "years": selectors.years(),
    }
    return render(request, template, context)
