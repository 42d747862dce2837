"""System checks of the settings about packages for the police."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

TAG = "clicksafely"


@register(TAG)
def check_packages(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hotline.E701: the hour of a day's packages is one. E702: files are kept for a sensible time after the hand-over."""
    messages: list[CheckMessage] = []
    if not 0 <= settings.POLICE_PACKAGE_HOUR <= 23:
        messages.append(
            Error(
                f"POLICE_PACKAGE_HOUR is {settings.POLICE_PACKAGE_HOUR}.",
                hint="Set it to an hour in Belgrade, 0 to 23.",
                id="hotline.E701",
            )
        )
    if not 1 <= settings.POLICE_RETENTION_DAYS <= 365:
        messages.append(
            Error(
                f"POLICE_RETENTION_DAYS is {settings.POLICE_RETENTION_DAYS}.",
                hint="Set it to 1 to 365: the police may lose a package, and nobody needs it for ever.",
                id="hotline.E702",
            )
        )
    return messages
