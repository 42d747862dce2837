"""Staff views for breaks, exposure statistics and the next case."""

from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clicksafely.common.clock import database_now
from clicksafely.common.permissions import has_role_permission, role_permissions_of
from hotline.lifecycle.welfare_counters import day_of
from hotline.permissions import VIEW_WELFARE_STATISTICS, WORK_CASE
from hotline.review import claims, selectors, welfare, welfare_statistics
from hotline.review.views import View, acting_user, staff_action, staff_page


@staff_action
def take(request: HttpRequest) -> HttpResponse:
    """Claim the most urgent free case. Users at the limit or on a break must confirm first."""
    now, user = database_now(), acting_user(request)
    today = welfare.daily_exposure(user, now)
    if today.needs_confirmation and "anyway" not in request.POST:
        return _page(request, "staff/hotline/welfare/limit_reached.html", _("Before the next case"), today=today)
    welfare.end_break(actor=user, now=now)
    report = claims.take_next(actor=user, now=now)
    if report is None:
        messages.info(request, _("Nothing is waiting that you could take."))
        return redirect("admin:hotline-desk")
    return redirect("admin:hotline-case", report.pk)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
def take_break(request: HttpRequest) -> HttpResponse:
    """Begin a break (POST), or show the current one (GET)."""
    now, user = database_now(), acting_user(request)
    if request.method == "POST":
        welfare.begin_break(actor=user, now=now)
        return redirect("admin:hotline-take-break")
    today = welfare.daily_exposure(user, now)
    if today.resting_until is None:
        return redirect("admin:hotline-desk")
    holds = selectors.cases_of(user, now).count()
    return _page(
        request,
        "staff/hotline/welfare/break.html",
        _("Break"),
        today=today,
        holds=holds,
        claim_minutes=settings.CLAIM_MINUTES,
    )


@staff_action
def finish_break(request: HttpRequest) -> HttpResponse:
    welfare.end_break(actor=acting_user(request), now=database_now())
    return redirect("admin:hotline-desk")


def figures_page(view: View[[]]) -> View[[]]:
    """Restrict a view to users who work on cases or may see the statistics of all staff."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if role_permissions_of(request.user).isdisjoint({WORK_CASE, VIEW_WELFARE_STATISTICS}):
            raise PermissionDenied
        return view(request)

    return cast(View[[]], admin.site.admin_view(checked))


@figures_page
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the exposure statistics and the picture display preference."""
    now, user = database_now(), acting_user(request)
    return _page(
        request,
        "staff/hotline/welfare/overview.html",
        _("Welfare"),
        rows=welfare_statistics.figures_for(user, day=day_of(now)),
        sees_all=has_role_permission(user, VIEW_WELFARE_STATISTICS),
        today=welfare.daily_exposure(user, now),
        blurred_first=welfare.wants_blur(user),
    )


@figures_page
@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """Return the exposure statistics as a CSV file."""
    day = day_of(database_now())
    rows = welfare_statistics.figures_for(acting_user(request), day=day)
    file = HttpResponse(welfare_statistics.as_csv(rows), content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = f'attachment; filename="welfare-{day.isoformat()}.csv"'
    return file


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
def save_display_preference(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        welfare.save_display_preference(actor=acting_user(request), blurred_first="blurred_first" in request.POST)
        messages.success(request, _("Your choice is kept."))
    return redirect("admin:hotline-welfare")


def _page(request: HttpRequest, template: str, title: str, **shown: Any) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), "title": title, **shown})
