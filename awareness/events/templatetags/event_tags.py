"""Words about events in templates."""

from django import template

from clicksafely.common.places import TOWNS

register = template.Library()


@register.filter
def town_name(code: str) -> str:
    """What a town with this code is called in the reader's language."""
    return str(TOWNS[code]) if code in TOWNS else code
