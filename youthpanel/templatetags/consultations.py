"""What templates of the panel ask about consultations."""

from typing import Any

from django import template

from youthpanel.consultations.selectors import waiting_count

register = template.Library()


@register.simple_tag
def waiting_to_be_read(user: Any) -> int:
    """How many ideas and posts of this facilitator's consultations nobody has read."""
    return waiting_count(user)
