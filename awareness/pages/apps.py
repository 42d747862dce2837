"""The app `pages`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemoPart, register_demo_part


class PagesConfig(AppConfig):
    name = "awareness.pages"
    label = "pages"
    verbose_name = _("Pages, partners and contacts")

    def ready(self) -> None:
        """Register fixed pages with the search, and contacts with the demonstration."""
        from awareness.pages import search_index  # noqa: PLC0415

        search_index.register()
        register_demo_part(DemoPart("contacts", "Demonstration contacts", "awareness.pages.content.load_contacts"))
