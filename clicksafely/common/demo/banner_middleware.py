"""Middleware that marks every page of a demonstration with a banner."""

import re
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import get_language, override

from clicksafely.common.i18n.language import LANGUAGES
from clicksafely.common.serbian.scripts import is_page, to_script

_BODY: Final = re.compile(rb"<body\b[^>]*>")
_LANGUAGE: Final = re.compile(rb'<html\b[^>]*\blang="([^"]+)"')
_CODES: Final = {language.tag.encode(): code for code, language in LANGUAGES.items()}


class DemoBannerMiddleware:
    """Adds the banner after `<body>` to every HTML page, including the admin and error pages. Not installed outside a demonstration.

    Runs inside the conversion to the Latin script. Downloads stay unchanged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.DEMO:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and is_page(response) and "Content-Disposition" not in response.headers:
            mark = _mark_in(response.content).encode(response.charset)
            response.content = _BODY.sub(lambda body: body[0] + mark, response.content, count=1)
            if "Content-Length" in response.headers:
                response.headers["Content-Length"] = str(len(response.content))
        return response


def _mark_in(page: bytes) -> str:
    """Return the banner in the language and script of the page, which may differ from the staff's."""
    match = _LANGUAGE.search(page)
    code = _CODES.get(match[1], "") if match else ""
    with override(code or get_language()):
        return to_script(render_to_string("components/demonstration_notice.html"), code)
