"""Template tags for page metadata: absolute URLs and the organisation as JSON-LD."""

import json
from collections.abc import Mapping

from django import template
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

_SCRIPT_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def build_absolute_url(request: HttpRequest | None, url: str) -> str:
    """Return a path of this site as an absolute URL: with `SITE_URL` if set, otherwise with the host of the request.

    Both stand for the path "/": the script prefix is removed.
    """
    if url.startswith(prefix := get_script_prefix()):
        url = f"/{url.removeprefix(prefix)}"
    if settings.SITE_URL:
        return f"{settings.SITE_URL.rstrip('/')}{url}"
    if request is None:
        return url
    try:
        return request.build_absolute_uri(url)
    except DisallowedHost:
        # The error page of a disallowed host.
        return url


def json_ld(data: Mapping[str, object]) -> SafeString:
    """Return structured data, escaped for a script element."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_SCRIPT_ESCAPES))  # noqa: S308 (escaped on this line)


@register.simple_tag(takes_context=True)
def absolute_url(context: Context, url: str) -> str:
    """Return a path of this site as an absolute URL: with `SITE_URL` if set, otherwise with the host of the request."""
    return build_absolute_url(context.get("request"), url)


@register.simple_tag(takes_context=True)
def organization_data(context: Context) -> SafeString:
    """Return the schema.org `Organization` block of the Centre, escaped for a script element."""
    request = context.get("request")
    data = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": _("Click Safely"),
        "description": _("Safer Internet Centre of Serbia"),
        "url": build_absolute_url(request, reverse("home")),
        "logo": build_absolute_url(request, static("img/icon-512.png")),
        "foundingDate": "2013-01",
        "areaServed": "RS",
        "memberOf": {"@type": "Organization", "name": "INHOPE"},
    }
    return json_ld(data)
