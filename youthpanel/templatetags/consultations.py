"""What templates of the panel ask about consultations."""

from typing import Any

from django import template

from youthpanel.consultations.selectors import count_unmoderated

register = template.Library()


@register.simple_tag
def unmoderated_count(user: Any) -> int:
    """How many ideas and posts of this facilitator's consultations nobody has read."""
    return count_unmoderated(user)
