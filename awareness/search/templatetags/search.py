"""Tags of the search page."""

from django import template
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def querystring_of(**params: object) -> SafeString:
    """`?{% querystring_of q=text kind=kind %}`: the parameters that are not empty, encoded."""
    return mark_safe(urlencode([(name, str(value)) for name, value in params.items() if value]).replace("&", "&amp;"))  # noqa: S308
