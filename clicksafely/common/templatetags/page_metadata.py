"""What a page says about itself to machines: absolute addresses and the organisation as JSON-LD."""

import json
from collections.abc import Mapping

from django import template
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

_SCRIPT_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def build_absolute_url(request: HttpRequest | None, url: str) -> str:
    """A path of this site as a full address: under `SITE_URL` where it is set, else under the host that was asked."""
    if settings.SITE_URL:
        return f"{settings.SITE_URL.rstrip('/')}{url}"
    if request is None:
        return url
    try:
        return request.build_absolute_uri(url)
    except DisallowedHost:
        # The page that refuses a host that is not ours.
        return url


def json_ld(data: Mapping[str, object]) -> SafeString:
    """Structured data, safe inside a script element."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_SCRIPT_ESCAPES))  # noqa: S308 (escaped on this line)


@register.simple_tag(takes_context=True)
def absolute_url(context: Context, url: str) -> str:
    """A path of this site as a full address: under `SITE_URL` where it is set, else under the host that was asked."""
    return build_absolute_url(context.get("request"), url)


@register.simple_tag(takes_context=True)
def organization_data(context: Context) -> SafeString:
    """The schema.org `Organization` block of the Centre, safe inside a script element."""
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
