"""The app `topics`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TopicsConfig(AppConfig):
    name = "awareness.topics"
    label = "topics"
    verbose_name = _("Help lines and topics")

    def ready(self) -> None:
        """Register topics with the search and with other apps, and the check of the content files."""
        from awareness.topics import search_index  # noqa: PLC0415
        from awareness.topics.content import RULES  # noqa: PLC0415
        from clicksafely.common.checks import register_rules  # noqa: PLC0415

        register_rules(RULES)
        search_index.register()
