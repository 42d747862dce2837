"""Serbian is written once, in Cyrillic; whatever goes out in Latin passes through here."""

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
    """Serbian or English `text` in the script of `language` (a code of LANGUAGES): for mail, documents and feeds."""
    return to_latin(text) if language == LATIN_LANGUAGE else text


def source_title(title: str, language: str) -> str:
    """The title of a source as readers of `language` (a code of LANGUAGES) write it: readers of English in Latin letters, as a catalogue does."""
    return to_latin(title) if language in {LATIN_LANGUAGE, ENGLISH_LANGUAGE} else title


def localized_name(name: str, english: str) -> str:
    """What somebody is called, as pages in the active language write it: as it was typed, in English by the English name or else in Latin letters."""
    return (english or to_latin(name)) if get_language() == ENGLISH_LANGUAGE else to_script(name, get_language() or "")


def verbatim(text: object) -> SafeString | str:
    """Return `text` in an element that `LatinScriptMiddleware` and translating browsers leave as it is; "" for an empty text."""
    return format_html('<span translate="no">{}</span>', text) if str(text) else ""


class LatinScriptMiddleware:
    """Turns the pages of a request in `sr-latn` into Latin; every other kind of answer passes as it is.

    It stands inside the middleware that sets `request.LANGUAGE_CODE` and inside anything that compresses.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.LANGUAGE_CODE == LATIN_LANGUAGE and isinstance(response, HttpResponse) and is_page(response):
            # Bytes that are no UTF-8 come out as they went in.
            page = response.content.decode(response.charset, "surrogateescape")
            convert = _public_to_latin if CACHE_POLICY_KEY in request.META else html_to_latin
            response.content = convert(page).encode(response.charset, "surrogateescape")
            response.headers["Content-Language"] = "sr-Latn"
            if "Content-Length" in response.headers:
                response.headers["Content-Length"] = str(len(response.content))
        return response


@lru_cache(maxsize=32)
def _public_to_latin(page: str) -> str:
    """The same of a page that everybody may keep: who comes by a link of a campaign, with a parameter of its own, gets what the one before got.

    No other page is remembered: somebody's words may stand in it.
    """
    return html_to_latin(page)


def is_page(response: HttpResponse) -> bool:
    """Whether it is HTML that can still be read and changed."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind in _PAGES and "Content-Encoding" not in response.headers
