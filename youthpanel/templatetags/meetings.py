"""Template tags for meetings."""

from django import template
from django.utils import timezone

from youthpanel.meetings import selectors
from youthpanel.models import Meeting

register = template.Library()


@register.simple_tag
def upcoming_meetings() -> list[Meeting]:
    """Return the next meetings."""
    return selectors.upcoming_meetings(timezone.now())


@register.simple_tag
def meetings_without_attendance() -> list[Meeting]:
    """Meetings held without recorded attendance."""
    return selectors.meetings_without_attendance(timezone.now())
