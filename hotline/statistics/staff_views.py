"""Pages for supervisors: exports for partners and live figures."""

import re
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clicksafely.common.queue import failed_tasks
from clicksafely.common.staff.pages import ActionPage, DetailPage
from hotline.models import Referral, ReferralState
from hotline.permissions import EXPORT_STATISTICS, VIEW_PERFORMANCE
from hotline.states import ItemState
from hotline.statistics import dashboard, selectors
from hotline.statistics.export import Export, export_statistics

_PERIOD = re.compile(r"2[0-9]{3}(-(Q[1-4]|0[1-9]|1[0-2]))?")
_YEAR = re.compile(r"2[0-9]{3}")


class Exports(DetailPage[None]):
    """The exports and their periods."""

    permissions = (EXPORT_STATISTICS,)
    template_name = "staff/hotline/statistics/exports.html"
    title = _("Exports")

    def get_url(self) -> str:
        return reverse("admin:hotline-statistics-exports")

    def get_context(self) -> dict[str, Any]:
        return {"exports": Export, "counted_at": selectors.counted_at(), "years": selectors.years()}


class DownloadExport(ActionPage[None], Exports):
    """Download a file."""

    def perform(self) -> HttpResponse:
        sent = self.request.POST
        kind, typed = sent.get("export", ""), sent.get("period", "").strip()
        period = typed.upper()
        pattern = _YEAR if kind == Export.FLAGGER else _PERIOD
        if kind not in Export.values or not pattern.fullmatch(period):
            return self.render(status=422, wrong=kind, typed=typed)
        as_json = sent.get("format") == "json"
        file = export_statistics(export=Export(kind), period=period, as_json=as_json, actor=self.user, now=self.now)
        response = HttpResponse(file.body, content_type=file.content_type)
        response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return response


class WorkloadDashboard(DetailPage[None]):
    """The age of queues, agreement, workload, and hand-overs in progress or failed."""

    permissions = (VIEW_PERFORMANCE,)
    template_name = "staff/hotline/statistics/dashboard.html"
    title = _("Hotline performance")

    def get_context(self) -> dict[str, Any]:
        failed = Referral.objects.filter(state=ReferralState.FAILED, item__state=ItemState.ASSESSED)
        return {
            "queues": dashboard.queue_ages(self.now),
            "agreement": dashboard.monthly_agreement(self.now),
            "weeks": dashboard.weeks_until(self.now),
            "people": dashboard.workload(self.now),
            "referrals": dashboard.waiting_referrals(),
            "failed_referrals": failed.order_by()[: dashboard.CAP].count(),
            "failed_tasks": failed_tasks.count_open(),
        }
