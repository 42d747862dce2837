"""The app `games`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GamesConfig(AppConfig):
    name = "awareness.games"
    label = "games"
    verbose_name = _("Games")

    def ready(self) -> None:
        """Offer cards and documents; models exist only now."""
        from awareness.games import search_index  # noqa: PLC0415

        search_index.register()
