"""Template tag with the counts of publications for the editors' dashboard."""

from collections.abc import Sequence

from django import template
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils import timezone

from awareness.publishing.selectors import ContentCounts, count_content

register = template.Library()


@register.simple_tag
def content_counts(user: AbstractBaseUser | AnonymousUser) -> Sequence[ContentCounts]:
    """Return the counts of publications that the user may change: `{% content_counts user as kinds %}`."""
    return count_content(user, timezone.now())
