"""The app `events`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemoPart, register_demo_part


class EventsConfig(AppConfig):
    name = "awareness.events"
    label = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        """Register cards and search documents; models cannot be imported earlier."""
        from awareness.events import search_index  # noqa: PLC0415

        search_index.register()
        register_demo_part(
            DemoPart(
                "events",
                "Demonstration events",
                "awareness.events.content.load_demo",
            )
        )
