"""The app `topics`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TopicsConfig(AppConfig):
    name = "awareness.topics"
    label = "topics"
    verbose_name = _("Help lines and topics")

    def ready(self) -> None:
        """Register topics with the search and with other apps."""
        from awareness.topics import search_index  # noqa: PLC0415

        search_index.register()
