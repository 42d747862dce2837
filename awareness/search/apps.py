"""The app `search`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "awareness.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        # The index follows what is published, in the same transaction.
        from awareness.search.crisis import checks  # noqa: F401, PLC0415 - registers the check
        from awareness.search.services import index_record  # noqa: PLC0415
        from clicksafely.common.search_registry import subscribe_to_changes  # noqa: PLC0415

        subscribe_to_changes(index_record)
