"""Schedule of erasure: a read-only page for supervisors."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from clicksafely.common.staff.pages import DetailPage
from hotline.models import LegalMinimum
from hotline.retention import selectors
from hotline.retention.policy import load_policy

DAYS_AHEAD = 30


class PurgePreview(DetailPage[None]):
    """Data due now and within a month, reports kept after their retention period, and the legal minimums."""

    permissions = ("hotline.view_retentionrule",)
    template_name = "staff/hotline/retention/schedule.html"
    title = _("Scheduled erasures")

    def get_context(self) -> dict[str, Any]:
        terms = load_policy()
        return {
            "due": selectors.purge_plan(now=self.now, terms=terms),
            "soon": selectors.purge_plan(now=self.now + timedelta(days=DAYS_AHEAD), terms=terms),
            "days_ahead": DAYS_AHEAD,
            "retained_counts": selectors.count_retained(now=self.now, terms=terms),
            "minimums": LegalMinimum.objects.all(),
        }
