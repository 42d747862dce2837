"""Rich text of editors: allowed markup, cleaned on save and again on display."""

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
    """Return `html` with only the allowed tags, keeping the text of others.

    Links may point to the web, mail, telephones or within the site.
    """
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)


# A topic's texts appear on each of its pages, and cleaning takes a tenth of the rendering time.
@lru_cache(maxsize=256)
def render_rich_text(html: str) -> SafeString:
    """Return cleaned `html` of published texts for a template, cached per process."""
    return mark_safe(sanitise_html(html))  # noqa: S308 - sanitised


def html_to_text(html: str) -> str:
    """Return the text of `html` without markup, separating the texts of different elements."""
    return " ".join(unescape(strip_tags(html.replace("<", " <"))).split())
