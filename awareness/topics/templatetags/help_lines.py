"""The help lines for a page that is rendered without context processors, such as the one for a database that is away."""

from collections.abc import Sequence

from django import template

from awareness.topics.models import HelpLine
from awareness.topics.selectors import cached_help_lines

register = template.Library()


@register.simple_tag
def help_lines_without_database() -> Sequence[HelpLine]:
    """`{% help_lines_without_database as help_lines %}`: what this process knows already."""
    return cached_help_lines.without_database()
