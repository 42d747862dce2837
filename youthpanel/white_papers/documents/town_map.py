"""Map of Serbia with the towns of the panel, as an image for documents. Web pages use markup instead."""

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from clicksafely.common.places import TOWNS
from clicksafely.common.places.map_projection import MAP_HEIGHT, MAP_WIDTH, map_position
from clicksafely.common.serbian.alphabet import order_key
from clicksafely.common.serbian.scripts import to_script


def town_names(codes: list[str], language: str) -> list[str]:
    """Names of towns in `language` (a code of LANGUAGES), in its script and in the order of its alphabet."""
    names = [to_script(TOWNS[code].name_in(language), language) for code in codes if code in TOWNS]
    return sorted(names, key=lambda name: order_key(name, language))


def map_alt_text(codes: list[str], language: str) -> str:
    """Return the alternative text of the map."""
    with override(language):
        label = to_script(_("Map of Serbia. Members come from"), language)
    return f"{label}: {', '.join(town_names(codes, language))}."


def render_map_svg(codes: list[str]) -> str:
    """Return the outline with a dot for each town."""
    places = [map_position(TOWNS[code]) for code in codes if code in TOWNS]
    outline = render_to_string("components/map_of_serbia.html").replace(
        'class="map-outline"', 'fill="#d8f0ea" stroke="#0b5563" stroke-width="3"'
    )
    dots = format_html_join(
        "", '<circle cx="{}" cy="{}" r="11" fill="#d9432f" stroke="#ffffff" stroke-width="3"/>', places
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 {} {}" width="{}" height="{}">{}{}</svg>',
        MAP_WIDTH + 8,
        MAP_HEIGHT + 8,
        MAP_WIDTH + 8,
        MAP_HEIGHT + 8,
        mark_safe(outline[outline.index("<path") :]),  # noqa: S308 - our own drawing
        dots,
    )
