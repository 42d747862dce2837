"""The app `pages`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemoPart, register_demo_part


class PagesConfig(AppConfig):
    name = "awareness.pages"
    label = "pages"
    verbose_name = _("Pages, partners and contacts")

    def ready(self) -> None:
        """Register contacts with the demonstration."""
        register_demo_part(DemoPart("contacts", "Demonstration contacts", "awareness.pages.content.load_contacts"))
