"""The app `topics`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TopicsConfig(AppConfig):
    name = "awareness.topics"
    label = "topics"
    verbose_name = _("Help lines and topics")

    def ready(self) -> None:
        from awareness.topics.documents import offer_documents  # noqa: PLC0415
        from awareness.topics.finding import TOPIC  # noqa: PLC0415

        offer_documents(TOPIC)
