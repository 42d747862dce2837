"""System checks of the settings about events' e-mail."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register

from clicksafely.common.checks import TAG
from clicksafely.common.mail.addresses import is_untagged
from clicksafely.common.mail.bounces import events_mailbox
from clicksafely.common.mail.imap_settings import ImapSettings, ImapSettingsInvalid
from clicksafely.common.mail.smtp_settings import has_smtp_server


@register(TAG)
def check_events_mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """common.E101: events' address. E102: there is a server to go out by. E103: its mailbox. E104: neither is the hotline's. I105: no bounces."""
    return list(_found()) if settings.EVENTS_MAIL_ADDRESS or settings.EVENTS_MAIL_IMAP_URL else []


def _found() -> Iterator[CheckMessage]:
    if not is_untagged(settings.EVENTS_MAIL_ADDRESS):
        yield Error(
            f"EVENTS_MAIL_ADDRESS is {settings.EVENTS_MAIL_ADDRESS!r}, which is no plain address.",
            hint="Events' own address, such as events@example.org, whose server delivers events+anything@example.org to it too.",
            id="common.E101",
        )
    if settings.EVENTS_MAIL_IMAP_URL and not has_smtp_server():
        yield Error(
            "EVENTS_MAIL_IMAP_URL is set, but no mail server: no confirmation goes out, and none can come back.",
            hint="Set MAIL_SMTP_URL to the server by which all e-mail goes out; docs/operations.md says how.",
            id="common.E102",
        )
    try:
        mailbox = events_mailbox()
    except ImapSettingsInvalid as error:
        yield Error(
            f"The mailbox of events cannot be read: {error}.",
            hint="Write it as imaps://user:password@host:993/INBOX, special characters percent-encoded.",
            id="common.E103",
        )
        mailbox = None
    if settings.EVENTS_MAIL_ADDRESS.lower() == settings.MAIL_ADDRESS.lower() or (mailbox and _is_hotlines(mailbox)):
        yield Error(
            "Events and the hotline have the same address or mailbox.",
            hint="Give events their own: what comes to the hotline's becomes reports and is removed, answers of schools would too.",
            id="common.E104",
        )
    # Doors without a server let mail wait, and read none.
    if has_smtp_server() and not settings.EVENTS_MAIL_IMAP_URL:
        yield Info(
            "EVENTS_MAIL_IMAP_URL is not set: of confirmations that come back undelivered only those are known that are refused at once.",
            hint="Set it to the mailbox of EVENTS_MAIL_ADDRESS, for the part that fetches mail.",
            id="common.I105",
        )


def _is_hotlines(mailbox: ImapSettings) -> bool:
    try:
        other = ImapSettings.parse(settings.MAIL_IMAP_URL, password_file=settings.MAIL_IMAP_PASSWORD_FILE)
    except ImapSettingsInvalid:
        return False
    ours, theirs = (
        (
            each.host.lower(),
            each.port,
            each.user,
            each.folder.upper() if each.folder.upper() == "INBOX" else each.folder,
        )
        for each in (mailbox, other)
    )
    return ours == theirs
