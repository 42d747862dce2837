"""The app configuration of `youthpanel`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clicksafely.common.demo.registry import DemoPart, register_demo_part
from clicksafely.common.restore_hooks import register_restore_hook


class YouthPanelConfig(AppConfig):
    name = "youthpanel"
    verbose_name = _("Youth panel")

    def ready(self) -> None:
        """Register checks, the search index, alerts, restore hooks and the demonstration. Models are loaded only at this point."""
        from clicksafely.common.checks import register_rules  # noqa: PLC0415
        from youthpanel.checks import RULES  # noqa: PLC0415
        from youthpanel.public import search_index  # noqa: PLC0415
        from youthpanel.safeguarding import alerts  # noqa: PLC0415

        register_rules(RULES)
        search_index.register()
        alerts.register()
        register_restore_hook("youthpanel.member_auth.services.revoke_all_after_restore")
        register_restore_hook("youthpanel.meetings.subscriptions.remove_all_after_restore")
        register_demo_part(DemoPart("youthpanel", "Demonstration youth panel", "youthpanel.demo.history.load_demo"))
