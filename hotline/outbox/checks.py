"""System checks of the settings about outgoing e-mail."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register

from clicksafely.common.mail.addresses import is_untagged
from clicksafely.common.mail.smtp_settings import read_smtp_settings

TAG = "clicksafely"
SHORTEST_SECRET = 32  # characters


@register(TAG)
def check_outgoing_mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hotline.E201: the server can be used. E202: our address. E203: the secret. E204: the link. I205: nobody will be answered.

    Only where a mail server is named: a door that sends nothing needs none of it.
    """
    if not settings.MAIL_SMTP_URL:
        return []
    messages: list[CheckMessage] = []
    try:
        read_smtp_settings()
    except ValueError as error:
        messages.append(
            Error(
                f"MAIL_SMTP_URL cannot be used: {error}.",
                hint="smtp+tls://user:password@mail.example.org:587, smtps://user:password@mail.example.org, or smtp://localhost.",
                id="hotline.E201",
            )
        )
    if not is_untagged(settings.MAIL_ADDRESS):
        messages.append(
            Error(
                f"MAIL_ADDRESS is {settings.MAIL_ADDRESS!r}, which is no plain address.",
                hint="The hotline's own address, such as report@example.org, whose server delivers report+anything@example.org to it too.",
                id="hotline.E202",
            )
        )
    if len(settings.MAIL_SECRET) < SHORTEST_SECRET:
        messages.append(
            Error(
                f"MAIL_SECRET is missing or shorter than {SHORTEST_SECRET} characters: addresses cannot wait for their messages.",
                hint="Give it to the staff door and to whatever fetches and sends mail, for example from `openssl rand -hex 32`.",
                id="hotline.E203",
            )
        )
    if not settings.SITE_URL:
        messages.append(
            Error(
                "SITE_URL is missing: messages could not say where the answer can be read.",
                hint="Set it to the public address of the portal, such as https://portal.example.org.",
                id="hotline.E204",
            )
        )
    if not settings.MAIL_AUTHSERV_ID:
        messages.append(
            Info(
                "MAIL_AUTHSERV_ID is not set: no sender counts as authenticated, so nobody who writes by e-mail is answered.",
                hint="Set it to the name with which your receiving server begins its Authentication-Results; docs/operations.md says more.",
                id="hotline.I205",
            )
        )
    return messages
