"""The lowest app: imports Django and libraries only."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "clicksafely.common"
    label = "common"

    def ready(self) -> None:
        from clicksafely.common import checks  # noqa: F401, PLC0415 - registers the system checks
