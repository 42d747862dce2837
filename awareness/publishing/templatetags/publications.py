"""What editors have at work, for the page they land on."""

from collections.abc import Sequence

from django import template
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils import timezone

from awareness.publishing.selectors import ContentCounts, count_content

register = template.Library()


@register.simple_tag
def content_counts(user: AbstractBaseUser | AnonymousUser) -> Sequence[ContentCounts]:
    """`{% content_counts user as kinds %}`: of every kind of publication that this person may change, how many are in which state."""
    return count_content(user, timezone.now())
