"""The hotline's app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemoPart, register_demo_part


class HotlineConfig(AppConfig):
    name = "hotline"
    verbose_name = _("Net Patrola")

    def ready(self) -> None:
        from hotline.availability import checks as monitoring_checks  # noqa: F401, PLC0415 - registers the system checks
        from hotline.hosting import checks  # noqa: F401, PLC0415 - registers the system checks
        from hotline.intake.email import checks as mail_checks  # noqa: F401, PLC0415 - registers the system checks
        from hotline.outbox import checks as post_checks  # noqa: F401, PLC0415 - registers the system checks
        from hotline.referral.iccam import checks as iccam_checks  # noqa: F401, PLC0415 - registers the system checks
        from hotline.referral.police import checks as police_checks  # noqa: F401, PLC0415 - registers the system checks
        from hotline.referral.takedown import checks as notice_checks  # noqa: F401, PLC0415 - registers the system checks

        register_demo_part(
            DemoPart(
                "hotline",
                "Demonstration cases",
                "hotline.demo.cases.load_demo",
            )
        )
