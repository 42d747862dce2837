"""Template filter for rich text."""

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.safestring import SafeString

from clicksafely.common import rich_text

register = template.Library()


@register.filter
@stringfilter
def rich(html: str) -> SafeString:
    """`{{ answer.body|rich }}`: sanitised markup of editors."""
    return rich_text.render_rich_text(html)
