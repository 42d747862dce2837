"""App config of alerts. It is part of `common`: an app raises alerts, and `alerts` imports no app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "clicksafely.common.alerts"
    label = "alerts"
    verbose_name = _("Alerts")

    def ready(self) -> None:
        from clicksafely.common import restore_hooks  # noqa: PLC0415 - as in CommonConfig

        restore_hooks.register_restore_hook("clicksafely.common.alerts.services.end_alerts_after_restore")
