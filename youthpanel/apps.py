"""The app `youthpanel`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemonstrationPart, offer_part
from clicksafely.common.restore_hooks import offer_after_restore


class YouthPanelConfig(AppConfig):
    name = "youthpanel"
    verbose_name = _("Youth panel")

    def ready(self) -> None:
        """Offer what was issued to the search, and what closes the members' door after a restore; models exist only now."""
        from youthpanel.public import search_index  # noqa: PLC0415

        search_index.offer()
        offer_after_restore("youthpanel.member_auth.services.close_after_restore")
        offer_part(DemonstrationPart("youthpanel", "Demonstration youth panel", "youthpanel.demo.history.load_demo"))
