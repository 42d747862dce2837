"""Template filters for White Papers."""

import re
from typing import Any, Final

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from clicksafely.common.i18n.language import ENGLISH, SERBIAN
from clicksafely.common.places import TOWNS
from clicksafely.common.places.map_projection import map_position
from youthpanel.white_papers.documents import drawings
from youthpanel.white_papers.documents.town_map import town_names
from youthpanel.white_papers.rich_text_tree import Block, render_html

register = template.Library()
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")


@register.filter
def block_html(block: Block, level: int) -> SafeString:
    """`{{ block|block_html:section.level }}`: a block of rich text in a section of that level.

    Its headings are one level lower on a page.
    """
    return mark_safe(render_html([block], level=level + 1))  # noqa: S308 - made of cleaned parts, escaped one by one


@register.filter
def language_attribute(text: str) -> SafeString:
    """`<td{{ cell|language_attribute }}>`: marks Serbian text on an English page, shown because a translation is missing."""
    foreign = get_language() == ENGLISH and len(_CYRILLIC.findall(text)) > len(text) / 4
    return mark_safe(' lang="sr-Cyrl"' if foreign else "")  # noqa: S308 - one of two texts of our own


@register.filter
def chart_svg(rows: list[dict[str, Any]]) -> SafeString:
    """`{{ block.rows|chart_svg }}`: the chart of a question."""
    return drawings.chart_svg(rows)


@register.filter
def town_list(codes: list[str]) -> str:
    """`{{ codes|town_list }}`: the names of towns in the order of the alphabet of the page."""
    return ", ".join(town_names(codes, get_language() or SERBIAN))


@register.filter
def map_dots(codes: list[str]) -> list[tuple[str, float, float]]:
    """`{% for name, x, y in codes|map_dots %}`: towns on the map, from north to south."""
    towns = [TOWNS[code] for code in codes if code in TOWNS]
    return [(str(town), *map_position(town)) for town in sorted(towns, key=lambda town: -town.latitude)]
