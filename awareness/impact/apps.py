"""The app `impact`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemoPart, register_demo_part


class ImpactConfig(AppConfig):
    name = "awareness.impact"
    label = "impact"
    verbose_name = _("Figures of the Centre")

    def ready(self) -> None:
        """Register figures with the demonstration and the home page of staff."""
        from awareness.impact import home  # noqa: PLC0415

        home.register()
        register_demo_part(DemoPart("impact", "Figures", "awareness.impact.content.load_figures"))
