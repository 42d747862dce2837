"""Absolute URLs of this site, and structured data of its pages."""

import json
from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe

_SCRIPT_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def build_absolute_url(request: HttpRequest | None, url: str) -> str:
    """Return a path of this site as an absolute URL.

    The host is that of `SITE_URL` if set, otherwise that of the request. The script prefix is removed.
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
