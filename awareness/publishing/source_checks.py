"""The staff page of all records whose sources are due for a check."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from awareness.publishing.selectors import (
    CHECK_INTERVAL,
    CHECK_SOURCES,
    SHORT_CHECK_INTERVAL,
    checked_models,
    records_due_for_check,
)
from clicksafely.common.staff.pages import DetailPage

MONTH = timedelta(days=30)
# A kind with more records is folded at first.
OPEN_RECORDS = 10


class SourceChecks(DetailPage[None]):
    """Records that were never checked or not within their interval, by kind, with links to their forms."""

    permissions = (CHECK_SOURCES,)
    template_name = "staff/publishing/source_checks.html"
    title = gettext_lazy("Checks of sources")

    def get_context(self) -> dict[str, Any]:
        kinds = []
        for model in checked_models(self.user):
            meta = model._meta
            records = [
                (record, reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk]))
                for record in records_due_for_check(model, self.now)
            ]
            total = model._default_manager.count()
            kinds.append(
                {
                    "label": capfirst(meta.verbose_name_plural),
                    "name": meta.model_name,
                    "records": records,
                    "total": total,
                    "is_open": len(records) <= OPEN_RECORDS,
                }
            )
        return {"kinds": kinds, "months": CHECK_INTERVAL // MONTH, "months_often": SHORT_CHECK_INTERVAL // MONTH}
