"""System checks of the mailbox's settings."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from clicksafely.common.checks import TAG
from clicksafely.common.mail.imap_settings import ImapSettings, ImapSettingsInvalid


@register(TAG)
def check_mailbox(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hotline.E301: the mailbox's address can be used. hotline.E302: so can the numbers. hotline.E303: the folders are three."""
    messages: list[CheckMessage] = []
    if settings.MAIL_RETENTION_DAYS < 0 or settings.MAIL_MAX_BYTES < 1:
        messages.append(
            Error(
                "MAIL_RETENTION_DAYS or MAIL_MAX_BYTES is no number that makes sense.",
                hint="MAIL_RETENTION_DAYS is 0 or more, MAIL_MAX_BYTES more than 0.",
                id="hotline.E302",
            )
        )
    if not settings.MAIL_IMAP_URL:
        return messages
    try:
        address = ImapSettings.parse(settings.MAIL_IMAP_URL, password_file=settings.MAIL_IMAP_PASSWORD_FILE)
    except ImapSettingsInvalid as error:
        hint = "Write it as imaps://user:password@host:993/INBOX, special characters percent-encoded."
        return [*messages, Error(f"The mailbox cannot be read: {error}.", hint=hint, id="hotline.E301")]
    folders = [address.folder, settings.MAIL_PROCESSED_FOLDER, settings.MAIL_UNPROCESSED_FOLDER]
    if len({name.strip().casefold() for name in folders}) < len(folders) or not all(folders):
        messages.append(
            Error(
                "MAIL_PROCESSED_FOLDER, MAIL_UNPROCESSED_FOLDER and the folder that is read are not three different ones.",
                hint="What was taken in would be read again, or removed with what was put aside.",
                id="hotline.E303",
            )
        )
    return messages
