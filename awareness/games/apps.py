"""Configuration of the `games` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GamesConfig(AppConfig):
    name = "awareness.games"
    label = "games"
    verbose_name = _("Games")

    def ready(self) -> None:
        """Register cards and search documents after the models are loaded."""
        from awareness.games import search_index  # noqa: PLC0415

        search_index.register()
