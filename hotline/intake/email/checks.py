"""System checks of the mailbox settings."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from clicksafely.common.checks import TAG
from clicksafely.common.mail.imap_settings import ImapSettings, ImapSettingsInvalid


@register(TAG)
def check_mailbox(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check the mailbox URL (hotline.E301), the numeric limits (hotline.E302) and the three folders (hotline.E303)."""
    messages: list[CheckMessage] = []
    if settings.MAIL_RETENTION_DAYS < 0 or settings.MAIL_MAX_BYTES < 1:
        messages.append(
            Error(
                "MAIL_RETENTION_DAYS or MAIL_MAX_BYTES is out of range.",
                hint="MAIL_RETENTION_DAYS must be at least 0 and MAIL_MAX_BYTES greater than 0.",
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
                "MAIL_PROCESSED_FOLDER, MAIL_UNPROCESSED_FOLDER and the inbox folder must be three different folders.",
                hint="Otherwise processed messages would be read again, or removed with the unprocessed ones.",
                id="hotline.E303",
            )
        )
    return messages
