"""The app `gathering`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatheringConfig(AppConfig):
    name = "awareness.gathering"
    label = "gathering"
    verbose_name = _("Search")

    def ready(self) -> None:
        # The index follows what is published, in the same transaction.
        from awareness.gathering.services import follow_record  # noqa: PLC0415
        from awareness.topics import documents  # noqa: PLC0415

        documents.hear_of_changes(follow_record)
