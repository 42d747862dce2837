"""E-mail to staff of the panel by permission, in Serbian and without personal data."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from clicksafely.common.i18n.language import STAFF_PREFIX
from clicksafely.common.mail.addresses import domain_of
from clicksafely.common.mail.message_builder import compose_message, new_message_id
from clicksafely.common.mail.smtp import DeliveryError, SmtpConnection
from clicksafely.common.mail.smtp_settings import has_smtp_server, read_smtp_settings
from clicksafely.common.permissions import users_with_permission

logger = logging.getLogger(__name__)
LANGUAGE: Final = "sr"

# Returns the subject and the text in the active language.
type Words = Callable[[], tuple[str, str]]


def can_send() -> bool:
    """Return whether a mail server and a sender are set."""
    return bool(has_smtp_server() and settings.EVENTS_MAIL_ADDRESS)


def send_to_staff(*, permission: str, words: Words, path: str, now: datetime) -> int:
    """Send one e-mail to each account with the permission; returns how many recipients the server accepted.

    `path` is the page below the address of the staff site. Needs `can_send`.
    """
    sender, accepted = settings.EVENTS_MAIL_ADDRESS, 0
    accounts = users_with_permission(permission).exclude(email="")
    addresses = list(accounts.order_by("pk").values_list("email", flat=True).distinct())
    if not addresses:
        return 0
    with SmtpConnection(read_smtp_settings(), name=domain_of(sender)) as server:
        for address in addresses:
            try:
                write = partial(_mail, sender, address, words, path, now)
                accepted += server.deliver(sender=sender, recipient=address, write=write)
            except DeliveryError as error:
                logger.error("An e-mail to staff of the panel could not be sent: %s.", error.error)
    return accepted


def _mail(sender: str, to: str, words: Words, path: str, now: datetime) -> bytes:
    with override(LANGUAGE):
        subject, text = words()
        page = f"{settings.SITE_URL.rstrip('/')}{STAFF_PREFIX}{path}" if settings.SITE_URL else ""
        return compose_message(
            sender=sender,
            sender_name=_("Click Safely"),
            to=to,
            subject=subject,
            text="\n\n".join(filter(None, (text, page))),
            sent_at=now,
            message_id=new_message_id(domain_of(sender)),
            language=LANGUAGE,
            suppress_replies=True,
        )
