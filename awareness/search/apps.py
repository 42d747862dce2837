"""The app `search`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "awareness.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        # Index updates run in the transaction that publishes or changes a record.
        from awareness.search.crisis.lexicon import RULES  # noqa: PLC0415
        from awareness.search.services import index_record  # noqa: PLC0415
        from clicksafely.common.checks import register_rules  # noqa: PLC0415
        from clicksafely.common.search_registry import subscribe_to_changes  # noqa: PLC0415

        register_rules(RULES)
        subscribe_to_changes(index_record)
