"""Output in either Serbian script: texts are written in Cyrillic, and Latin is derived."""

from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY
from clicksafely.common.serbian.latin_html import html_to_latin
from clicksafely.common.serbian.transliteration import to_latin

__all__ = [
    "LATIN_LANGUAGE",
    "LatinScriptMiddleware",
    "html_to_latin",
    "is_page",
    "localized_name",
    "source_title",
    "to_latin",
    "to_script",
    "verbatim",
]

LATIN_LANGUAGE = "sr-latn"
ENGLISH_LANGUAGE = "en"
_PAGES = frozenset(["text/html", "application/xhtml+xml"])


def to_script(text: str, language: str) -> str:
    """Return Serbian or English `text` in the script of `language` (a code of LANGUAGES): for mail, documents and feeds."""
    return to_latin(text) if language == LATIN_LANGUAGE else text


def source_title(title: str, language: str) -> str:
    """Return the title of a source for readers of `language` (a code of LANGUAGES); for English in Latin letters."""
    return to_latin(title) if language in {LATIN_LANGUAGE, ENGLISH_LANGUAGE} else title


def localized_name(name: str, english: str) -> str:
    """Return a person's name for the active language: as typed, or in English the English name or its Latin form."""
    return (english or to_latin(name)) if get_language() == ENGLISH_LANGUAGE else to_script(name, get_language() or "")


def verbatim(text: object) -> SafeString | str:
    """Return `text` in an element that `LatinScriptMiddleware` and translating browsers leave unchanged; "" for an empty text."""
    return format_html('<span translate="no">{}</span>', text) if str(text) else ""


class LatinScriptMiddleware:
    """Converts HTML responses in `sr-latn` to Latin; other responses pass unchanged.

    Runs inside the middleware that sets `request.LANGUAGE_CODE` and inside compression.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.LANGUAGE_CODE == LATIN_LANGUAGE and isinstance(response, HttpResponse) and is_page(response):
            # Invalid UTF-8 bytes are preserved.
            page = response.content.decode(response.charset, "surrogateescape")
            convert = _public_to_latin if CACHE_POLICY_KEY in request.META else html_to_latin
            response.content = convert(page).encode(response.charset, "surrogateescape")
            response.headers["Content-Language"] = "sr-Latn"
            if "Content-Length" in response.headers:
                response.headers["Content-Length"] = str(len(response.content))
        return response


@lru_cache(maxsize=32)
def _public_to_latin(page: str) -> str:
    """Convert a cacheable public page, remembering the result for requests that differ only by a campaign parameter.

    Other pages are not remembered, because they may contain user input.
    """
    return html_to_latin(page)


def is_page(response: HttpResponse) -> bool:
    """Return whether the response is HTML that can be read and changed."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind in _PAGES and "Content-Encoding" not in response.headers
