"""The app `news`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemoPart, register_demo_part


class NewsConfig(AppConfig):
    name = "awareness.news"
    label = "news"
    verbose_name = _("News")

    def ready(self) -> None:
        """Register articles with the search, related content and the demonstration."""
        from awareness.news import search_index  # noqa: PLC0415

        search_index.register()
        register_demo_part(DemoPart("news", "Demonstration news", "awareness.news.content.load_news"))
