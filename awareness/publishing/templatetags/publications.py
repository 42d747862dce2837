"""What editors have at work, for the page they land on."""

from collections.abc import Sequence

from django import template
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils import timezone

from awareness.publishing.selectors import AtWork, publications_at_work

register = template.Library()


@register.simple_tag
def at_work(user: AbstractBaseUser | AnonymousUser) -> Sequence[AtWork]:
    """`{% at_work user as kinds %}`: of every kind of publication that this person may change, how many are in which state."""
    return publications_at_work(user, timezone.now())
