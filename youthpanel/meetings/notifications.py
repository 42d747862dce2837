"""E-mail to the safeguarding lead about new incident notes, without any content of a note."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from clicksafely.common.mail.addresses import domain_of
from clicksafely.common.mail.message_builder import compose_message, new_message_id
from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.mail.smtp_settings import has_smtp_server, read_smtp_settings
from clicksafely.common.permissions import users_with_permission
from youthpanel.models import IncidentNote
from youthpanel.permissions import OPEN_NOTE

logger = logging.getLogger(__name__)

# Retried each minute for this long. The start page of the lead lists the note in any case.
RETRY_PERIOD: Final = timedelta(days=3)
LANGUAGE: Final = "sr"


def notify_safeguarding_lead(*, now: datetime) -> int:
    """Send one e-mail for all notes without a notification; returns how many recipients the server accepted.

    Notes are marked after sending. A crash in between sends the e-mail twice, but never loses it.
    """
    untold = IncidentNote.objects.filter(told_at=None, settled_at=None, written_at__gt=now - RETRY_PERIOD)
    notes = list(untold.values_list("pk", flat=True))
    if not notes or not has_smtp_server() or not settings.EVENTS_MAIL_ADDRESS:
        return 0
    sender, told = settings.EVENTS_MAIL_ADDRESS, 0
    with SmtpConnection(read_smtp_settings(), name=domain_of(sender)) as server:
        for address in _addresses():
            verdict = server.hand_over(_mail(sender, address, now), sender=sender, recipient=address)
            told += verdict.is_accepted
            if not verdict.is_accepted:
                logger.error("The safeguarding lead could not be notified of an incident note: %s.", verdict.trouble)
    if told:
        IncidentNote.objects.filter(pk__in=notes).update(told_at=now)
    return told


def _addresses() -> list[str]:
    leads = users_with_permission(OPEN_NOTE).exclude(email="")
    return list(leads.order_by("pk").values_list("email", flat=True).distinct())


def _mail(sender: str, to: str, now: datetime) -> bytes:
    with override(LANGUAGE):
        page = f"{settings.SITE_URL.rstrip('/')}{reverse('admin:index')}" if settings.SITE_URL else ""
        text = _("There is something new for you in the staff site. Please sign in and look at your start page.")
        return compose_message(
            sender=sender,
            sender_name=_("Click Safely"),
            to=to,
            subject=_("Something new in the staff site"),
            text="\n\n".join(filter(None, (text, page))),
            sent_at=now,
            message_id=new_message_id(domain_of(sender)),
            language=LANGUAGE,
            suppress_replies=True,
        )
