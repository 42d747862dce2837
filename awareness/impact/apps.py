"""The app `impact`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemonstrationPart, offer_part


class ImpactConfig(AppConfig):
    name = "awareness.impact"
    label = "impact"
    verbose_name = _("Figures of the Centre")

    def ready(self) -> None:
        """Register the figures with the demonstration."""
        offer_part(DemonstrationPart("impact", "Figures", "awareness.impact.content.load_figures"))
