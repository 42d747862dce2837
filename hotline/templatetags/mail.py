"""What the desk says of the mailbox and of messages."""

from datetime import datetime
from typing import Any

from django import template

from hotline.intake.mail import selectors
from hotline.intake.mail.wording import note_in_words

register = template.Library()


@register.inclusion_tag("hotline/desk/mailbox.html")
def mailbox(now: datetime, is_supervisor: bool) -> dict[str, Any]:
    """That messages wait for somebody, and, for supervisors, that the mailbox cannot be read."""
    return {
        "trouble": selectors.mailbox_trouble(now) if is_supervisor else None,
        "waiting": selectors.waiting_mails(),
        "now": now,
    }


register.filter("mail_note", note_in_words)
