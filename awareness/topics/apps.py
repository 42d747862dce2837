"""The app `topics`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemoPart, register_demo_part


class TopicsConfig(AppConfig):
    name = "awareness.topics"
    label = "topics"
    verbose_name = _("Help lines and topics")

    def ready(self) -> None:
        """Register topics with the search, with other apps and with the demonstration, and the check of the content files."""
        from awareness.topics import search_index  # noqa: PLC0415
        from awareness.topics.content import RULES  # noqa: PLC0415
        from clicksafely.common.checks import register_rules  # noqa: PLC0415

        register_rules(RULES)
        register_demo_part(DemoPart("topics", "Draft topics", "awareness.topics.content.publish_drafts"))
        search_index.register()
