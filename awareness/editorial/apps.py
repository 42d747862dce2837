"""The app `editorial`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demoparts import DemonstrationPart, offer_part


class EditorialConfig(AppConfig):
    name = "awareness.editorial"
    label = "editorial"
    verbose_name = _("Pages, news, partners and contacts")

    def ready(self) -> None:
        """Offer the news to other pages and to the search; models exist only now."""
        from awareness.editorial.news import offers  # noqa: PLC0415

        offers.offer()
        offer_part(
            DemonstrationPart("contacts", "Demonstration contacts", "awareness.editorial.content.load_contacts"),
        )
        offer_part(
            DemonstrationPart(
                "news",
                "Demonstration news",
                "awareness.editorial.content.load_news",
            )
        )
