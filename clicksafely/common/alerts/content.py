"""Content of alert messages: kind, hour, number waiting, link to the staff site. Nothing about a subject."""

import json
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clicksafely.common.alerts import kinds
from clicksafely.common.alerts.models import BELGRADE, Alert, AlertMessage
from clicksafely.common.mail.addresses import domain_of
from clicksafely.common.mail.message_builder import compose_message, new_message_id

LANGUAGE: Final = "sr"


def sender_address() -> str:
    """Return the sender of alerts: the address of the hotline, or of events; "" without both."""
    return str(settings.MAIL_ADDRESS or settings.EVENTS_MAIL_ADDRESS)


def write_email(*, message: AlertMessage, alert: Alert, to: str, now: datetime) -> bytes:
    """Return an e-mail for the mail server."""
    with override(LANGUAGE):
        hour = alert.opened_at.astimezone(BELGRADE)
        lines = [
            alert.label,
            _("Time: %(date)s, from %(hour)s o'clock") % {"date": f"{hour:%d.%m.%Y.}", "hour": hour.hour},
            ngettext("Waiting: %(count)s", "Waiting: %(count)s", alert.count) % {"count": alert.count},
            page_of(alert),
            _("Claim the alert on the staff site. Until someone claims it, others are alerted too."),
        ]
        if alert.kind == kinds.TEST:
            lines[-1] = _("This is only a test. There is nothing to do, except to claim the alert.")
        return compose_message(
            sender=sender_address(),
            sender_name=_("Click Safely"),
            to=to,
            subject=_("Alert: %(kind)s") % {"kind": alert.label},
            text="\n\n".join(filter(None, lines)),
            sent_at=now,
            message_id=new_message_id(domain_of(sender_address())),
            language=LANGUAGE,
            suppress_replies=True,
        )


def write_webhook(*, message: AlertMessage, alert: Alert) -> bytes:
    """Return the JSON body of a webhook. `hour` is rounded down, with the offset of Belgrade."""
    with override(LANGUAGE):
        label = alert.label
    hour = alert.opened_at.astimezone(BELGRADE).isoformat()
    data = {"kind": alert.kind, "label": label, "waiting": alert.count, "step": message.step, "url": page_of(alert)}
    return json.dumps({"type": "alert", "timestamp": hour, "data": data}, ensure_ascii=False).encode()


def page_of(alert: Alert) -> str:
    """Return the URL of the staff page of the alert's kind; "" without SITE_URL."""
    return f"{settings.SITE_URL.rstrip('/')}{kinds.kind_of(alert.kind).url}" if settings.SITE_URL else ""
