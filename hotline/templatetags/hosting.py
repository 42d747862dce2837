"""How countries, networks and look-ups are worded."""

from functools import cache

from babel import Locale
from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def country_name(code: str) -> str:
    """The country in the language of the page, Serbian in Cyrillic; the code where it has no name."""
    return _names("en" if get_language() == "en" else "sr_Cyrl").get(code, code)


@cache
def _names(locale: str) -> dict[str, str]:
    return {str(code): str(name) for code, name in Locale.parse(locale).territories.items()}
