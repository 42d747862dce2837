"""Template filter for highlighted words of a heading."""

import re
from typing import Final

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_HIGHLIGHTED: Final = re.compile(r"\*([^*]+)\*")


@register.filter
def highlight(heading: str) -> SafeString:
    """`{{ page.heading|highlight }}`: the words between two asterisks are highlighted."""
    return mark_safe(_HIGHLIGHTED.sub(r'<em class="highlight">\1</em>', escape(heading)))  # noqa: S308 - escaped
