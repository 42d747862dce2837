"""Configuration of the `library` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemoPart, register_demo_part


class LibraryConfig(AppConfig):
    name = "awareness.library"
    label = "library"
    verbose_name = _("Library")

    def ready(self) -> None:
        from awareness.library import search_index  # noqa: PLC0415 - needs the models

        search_index.register()
        register_demo_part(
            DemoPart(
                "library",
                "Demonstration resources",
                "awareness.library.content.load_demo",
            )
        )
