"""The app `gathering`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demoparts import DemonstrationPart, offer_part


class GatheringConfig(AppConfig):
    name = "awareness.gathering"
    label = "gathering"
    verbose_name = _("Search")

    def ready(self) -> None:
        # The index follows what is published, in the same transaction.
        from awareness.gathering.crisis import checks  # noqa: F401, PLC0415 - registers the check
        from awareness.gathering.services import follow_record  # noqa: PLC0415
        from clicksafely.common import findable as documents  # noqa: PLC0415

        documents.hear_of_changes(follow_record)
        offer_part(
            DemonstrationPart(
                "impact",
                "Figures",
                "awareness.gathering.content.load_figures",
            )
        )
