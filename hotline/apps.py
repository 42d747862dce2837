"""App configuration of the hotline."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.alerts.kinds import AlertKind, register_kind
from clicksafely.common.audit.related_subjects import register_related
from clicksafely.common.demo.registry import DemoPart, register_demo_part
from clicksafely.common.report_registry import ReportCategory, register_report_category
from clicksafely.common.restore_hooks import register_restore_hook
from hotline.categories import CATEGORIES
from hotline.permissions import WORK_CASE
from hotline.priority import AlertCode


class HotlineConfig(AppConfig):
    name = "hotline"
    verbose_name = _("Net Patrola")

    def ready(self) -> None:
        from clicksafely.common.checks import register_rules  # noqa: PLC0415 - imports models
        from hotline.checks import RULES  # noqa: PLC0415 - imports models

        register_rules(RULES)
        for kind in AlertCode:
            register_kind(AlertKind(code=kind.value, label=kind.label, permission=WORK_CASE, path="hotline/desk/"))
        for category in CATEGORIES.values():
            register_report_category(
                ReportCategory(
                    code=category.code,
                    title=category.label,
                    summary=category.about,
                    search_words=category.search_words,
                    url_name="report-form",
                    url_kwargs={"category": category.code},
                )
            )
        register_related("hotline_report", "hotline.review.selectors.audited_subjects")
        register_restore_hook("hotline.intake.api.webhooks.services.stop_after_restore")
        register_demo_part(
            DemoPart(
                "hotline",
                "Demonstration cases",
                "hotline.demo.cases.load_demo",
            )
        )
        register_demo_part(DemoPart("duty", "Demonstration duty roster", "hotline.demo.duty.load_demo"))
