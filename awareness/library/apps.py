"""The app `library`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "awareness.library"
    label = "library"
    verbose_name = _("Library")

    def ready(self) -> None:
        from awareness.library import offers  # noqa: PLC0415 - needs the models
        from awareness.library.demonstration import loading  # noqa: PLC0415 - needs the models

        offers.offer_everything()
        loading.offer()
