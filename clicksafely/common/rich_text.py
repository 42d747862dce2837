"""The markup that editors' texts may hold: cleaned when it is saved, and once more when it is shown."""

from functools import lru_cache
from html import unescape
from typing import Final

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

TAGS: Final = {"p", "h2", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "blockquote", "br", "hr"}
ATTRIBUTES: Final = {"a": {"href", "hreflang"}}
SCHEMES: Final = {"http", "https", "mailto", "tel"}


def sanitise_html(html: str) -> str:
    """`html` with the tags above and nothing else; what it said stays as text. Links go to the web, mail or telephones, or within the site."""
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)


# The texts of a topic stand on every visitor's page of it, and cleaning them takes a tenth of drawing it.
@lru_cache(maxsize=256)
def render_rich_text(html: str) -> SafeString:
    """`html`, cleaned, for a template: of published texts, which a process may remember."""
    return mark_safe(sanitise_html(html))  # noqa: S308 - that is what it is cleaned for


def html_to_text(html: str) -> str:
    """What `html` says, without markup; what stands in different elements stays apart."""
    return " ".join(unescape(strip_tags(html.replace("<", " <"))).split())
