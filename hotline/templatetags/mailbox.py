"""Template tags for the mailbox and its messages."""

from datetime import datetime
from typing import Any

from django import template

from hotline.intake.email import selectors
from hotline.intake.email.labels import note_in_words, other_readings

register = template.Library()


@register.inclusion_tag("staff/hotline/review/_mailbox_notice.html")
def mailbox(now: datetime, handles_mail: bool, sees_trouble: bool) -> dict[str, Any]:
    """Show the number of waiting messages (permission HANDLE_MAIL) and mailbox problems (permission
    VIEW_SERVICE_NOTICES).
    """
    return {
        "trouble": selectors.mailbox_trouble(now) if sees_trouble else None,
        "waiting": selectors.waiting_mails() if handles_mail else 0,
        "now": now,
    }


register.filter("mail_note", note_in_words)
register.filter("other_readings", other_readings)
