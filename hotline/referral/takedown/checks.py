"""System checks of the settings about notices to hosts."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

TAG = "clicksafely"
# What each may be; a reminder every minute would be a nuisance to hosts, one after a year none.
RANGES = {
    "TAKEDOWN_FIRST_AFTER_MINUTES": (0, 1440),
    "TAKEDOWN_REMINDER_HOURS": (1, 720),
    "TAKEDOWN_REMINDERS": (0, 20),
    "TAKEDOWN_SEND_HOUR": (0, 23),
}


@register(TAG)
def check_notices(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hotline.E501: the figures are sensible. E502: there are days on which notices go out. E503: whoever gives notice has a name."""
    messages: list[CheckMessage] = [
        Error(
            f"{name} is {getattr(settings, name)}, which is not between {least} and {most}.",
            hint="docs/operations.md says what it means.",
            id="hotline.E501",
        )
        for name, (least, most) in RANGES.items()
        if not least <= getattr(settings, name) <= most
    ]
    if not settings.TAKEDOWN_WEEKDAYS or not set(settings.TAKEDOWN_WEEKDAYS) <= set(range(1, 8)):
        messages.append(
            Error(
                "TAKEDOWN_WEEKDAYS names no day, or one that there is not.",
                hint="List days of the week, 1 for Monday to 7 for Sunday, for example 1,2,3,4,5.",
                id="hotline.E502",
            )
        )
    name = settings.TAKEDOWN_SENDER_NAME
    if not name.strip() or not name.isprintable():
        messages.append(
            Error(
                "TAKEDOWN_SENDER_NAME is empty or no single line.",
                hint="The name of the hotline, as hosts read it (DSA, article 16(2)(c)).",
                id="hotline.E503",
            )
        )
    return messages
