"""Rich text in templates."""

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.safestring import SafeString

from clicksafely.common import rich_text

register = template.Library()


@register.filter
@stringfilter
def rich(html: str) -> SafeString:
    """`{{ answer.body|rich }}`: what editors wrote, cleaned once more."""
    return rich_text.render_rich_text(html)
