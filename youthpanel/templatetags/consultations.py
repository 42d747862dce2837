"""Template tags for consultations."""

from typing import Any

from django import template

from youthpanel.consultations.selectors import count_unmoderated

register = template.Library()


@register.simple_tag
def unmoderated_count(user: Any) -> int:
    """Return how many ideas and posts in this facilitator's consultations are unmoderated."""
    return count_unmoderated(user)
