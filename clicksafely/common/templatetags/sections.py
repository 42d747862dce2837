"""The menu of the staff site."""

from collections import defaultdict
from functools import lru_cache

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag(takes_context=True)
def sections(context: RequestContext) -> SafeString:
    """What the person may open, with the page that is shown marked, where it stands there."""
    request = context["request"]
    page = f'<a href="{escape(request.path)}"'
    drawn = _drawn(frozenset(request.user.get_all_permissions()), get_language() or "")
    return mark_safe(drawn.replace(f"{page}>", f'{page} aria-current="page">', 1))  # noqa: S308 - escaped, and drawn here


@lru_cache(maxsize=64)
def _drawn(permissions: frozenset[str], language: str) -> str:
    """The menu in `language`, the active one, for all who hold the same permissions: drawn anew it is half of what most pages take."""
    perms: dict[str, dict[str, bool]] = defaultdict(dict)
    for permission in permissions:
        app, _, name = permission.partition(".")
        perms[app][name] = True
    return render_to_string("admin/sections.html", {"perms": dict(perms)})
