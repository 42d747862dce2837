"""Staff pages for breaks, exposure statistics and the next case."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.permissions import has_role_permission, role_permissions_of
from clicksafely.common.staff.pages import ActionPage, DetailPage
from hotline.lifecycle.welfare_counters import day_of
from hotline.permissions import VIEW_WELFARE_STATISTICS, WORK_CASE
from hotline.review import claims, selectors, welfare, welfare_statistics
from hotline.review.case_actions import CaseWorkPage
from hotline.review.claims import CLAIM_MINUTES
from hotline.review.exceptions import ClaimLimitReached


class TakeNextCase(CaseWorkPage[None], ActionPage[None]):
    """Claim the most urgent free case.

    Users who hold a case, are at the exposure limit or on a break must confirm first.
    """

    template_name = "staff/hotline/welfare/before_next.html"
    title = gettext_lazy("Before the next case")

    def perform(self) -> HttpResponse | None:
        held = list(selectors.cases_of(self.user, self.now))
        if held and "another" not in self.request.POST and "anyway" not in self.request.POST:
            return self.render(held=held)
        today = welfare.daily_exposure(self.user, self.now)
        if today.needs_confirmation and "anyway" not in self.request.POST:
            return self.render(today=today)
        try:
            report = claims.take_next(actor=self.user, now=self.now)
        except ClaimLimitReached as refused:
            return self.render(status=422, held=refused.cases, refusal=refused.message)
        welfare.end_break(actor=self.user, now=self.now)
        if report is None:
            messages.info(self.request, _("No cases are available for you to take."))
            return None
        return redirect("admin:hotline-case", report.pk)


class TakeBreak(CaseWorkPage[None], ActionPage[None]):
    """Begin a break (POST), or show the current one (GET)."""

    template_name = "staff/hotline/welfare/break.html"
    title = gettext_lazy("Break")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        today = welfare.daily_exposure(self.user, self.now)
        if today.resting_until is None:
            return redirect(self.get_url())
        holds = selectors.cases_of(self.user, self.now).count()
        return self.render(today=today, holds=holds, claim_minutes=CLAIM_MINUTES)

    def perform(self) -> None:
        welfare.begin_break(actor=self.user, now=self.now)

    def get_success_url(self) -> str:
        return reverse("admin:hotline-take-break")


class FinishBreak(CaseWorkPage[None], ActionPage[None]):
    def perform(self) -> None:
        welfare.end_break(actor=self.user, now=self.now)


class Welfare(CaseWorkPage[None], DetailPage[None]):
    """The exposure statistics and the display preferences.

    For users who work on cases, and for users who may see the statistics of all staff.
    """

    permissions = ()
    template_name = "staff/hotline/welfare/overview.html"
    title = gettext_lazy("Welfare")

    def get_object(self) -> None:
        if role_permissions_of(self.user).isdisjoint({WORK_CASE, VIEW_WELFARE_STATISTICS}):
            raise PermissionDenied

    def get_context(self) -> dict[str, Any]:
        return {
            "rows": welfare_statistics.figures_for(self.user, day=day_of(self.now)),
            "sees_all": has_role_permission(self.user, VIEW_WELFARE_STATISTICS),
            "today": welfare.daily_exposure(self.user, self.now),
            "blurred_first": welfare.wants_blur(self.user),
            "single_keys": welfare.wants_single_keys(self.user),
        }


class WelfareFile(Welfare):
    """The exposure statistics as a CSV file."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        day = day_of(self.now)
        rows = welfare_statistics.figures_for(self.user, day=day)
        file = HttpResponse(welfare_statistics.as_csv(rows), content_type="text/csv; charset=utf-8")
        file["Content-Disposition"] = f'attachment; filename="welfare-{day.isoformat()}.csv"'
        return file


class SaveDisplayPreference(CaseWorkPage[None], ActionPage[None]):
    success_message = gettext_lazy("Your choice is saved.")

    def get_url(self) -> str:
        return reverse("admin:hotline-welfare")

    def perform(self) -> None:
        chosen = self.request.POST
        welfare.save_display_preference(
            actor=self.user, blurred_first="blurred_first" in chosen, single_keys="single_keys" in chosen
        )
