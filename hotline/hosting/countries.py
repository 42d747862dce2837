"""Names of countries."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language


def country_name(code: str) -> str:
    """Return the country's name in the active language (Serbian in Cyrillic), or the code."""
    return _names("en" if get_language() == "en" else "sr_Cyrl").get(code, code)


@cache
def _names(locale: str) -> dict[str, str]:
    return {str(code): str(name) for code, name in Locale.parse(locale).territories.items()}
