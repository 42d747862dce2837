"""Help lines for pages rendered without context processors, such as the page for an unavailable database."""

from collections.abc import Sequence

from django import template

from awareness.topics.models import HelpLine
from awareness.topics.selectors import cached_help_lines

register = template.Library()


@register.simple_tag
def help_lines_without_database() -> Sequence[HelpLine]:
    """`{% help_lines_without_database as help_lines %}`: the help lines cached in this process."""
    return cached_help_lines.without_database()
