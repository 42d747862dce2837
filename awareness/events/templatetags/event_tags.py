"""Template filters of events."""

from django import template

from clicksafely.common.places import TOWNS

register = template.Library()


@register.filter
def town_name(code: str) -> str:
    """The name of the town in the active language."""
    return str(TOWNS[code]) if code in TOWNS else code
