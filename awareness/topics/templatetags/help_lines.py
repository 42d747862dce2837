"""The help lines for a page that is rendered without context processors, such as the one for a database that is away."""

from collections.abc import Sequence

from django import template

from awareness.topics.models import Signpost
from awareness.topics.selectors import known_signposts

register = template.Library()


@register.simple_tag
def signposts_without_database() -> Sequence[Signpost]:
    """`{% signposts_without_database as signposts %}`: what this process knows already."""
    return known_signposts.without_database()
