"""The lowest app: imports Django and libraries only."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "clicksafely.common"
    label = "common"
    verbose_name = _("Common")

    def ready(self) -> None:
        # Registers the system checks, and what is done when tasks fail.
        from clicksafely.common import checks, db_connections  # noqa: F401, PLC0415
        from clicksafely.common.files import checks as media_checks  # noqa: F401, PLC0415
        from clicksafely.common.mail import checks as mail_checks  # noqa: F401, PLC0415
        from clicksafely.common.queue import failed_tasks  # noqa: F401, PLC0415

        db_connections.detect_lost_connections()
