"""Language of a request: from the URL prefix; on the staff side, whose URLs have no prefix, from a cookie."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.encoding import escape_uri_path
from django.utils.http import urlencode
from django.utils.translation import trans_real
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from clicksafely.common.http.decorators import read_only

SERBIAN = "sr"
SERBIAN_LATIN = "sr-latn"
ENGLISH = "en"
STAFF_PREFIX = "/admin/"


class Language(NamedTuple):
    """A language with its own name, which is never translated; `tag` is its BCP 47 name."""

    tag: str
    label: str
    name: str


LANGUAGES = {
    SERBIAN: Language("sr-Cyrl", "Ћир", "Српски, ћирилица"),
    SERBIAN_LATIN: Language("sr-Latn", "Lat", "Srpski, latinica"),
    ENGLISH: Language("en", "EN", "English"),
}

# RFC 9110, 12.5.4: a list of ranges with a weight from 0 to 1. Browsers send a few dozen characters.
_HEADER_LIMIT = 500
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
# Languages whose readers read Serbian in the Latin script without difficulty.
_READ_LATIN = frozenset(["hr", "bs", "cnr", "sh"])


def negotiate_language(accept_language: str) -> str:
    """Return the code of LANGUAGES that fits an `Accept-Language` header best; Serbian in Cyrillic by default.

    Croatian, Bosnian, Montenegrin, Serbo-Croatian and Serbian of Montenegro mean `sr-latn`. Ignores malformed parts and everything after
    the first 500 characters.
    """
    if len(accept_language) > _HEADER_LIMIT:
        accept_language = accept_language[:_HEADER_LIMIT].rpartition(",")[0]
    wishes: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        wish = _RANGE.fullmatch(part)
        weight = float(wish[2] or 1) if wish else 0.0
        if wish and weight > 0 and (language := _language_of(wish[1].lower())):
            wishes.append((weight, language))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else SERBIAN


def _language_of(language_range: str) -> str | None:
    primary, *subtags = language_range.split("-")
    if primary == "en":
        return ENGLISH
    if primary == "*":
        return SERBIAN
    if primary != "sr" and primary not in _READ_LATIN:
        return None
    if "cyrl" in subtags:
        return SERBIAN
    return SERBIAN_LATIN if primary in _READ_LATIN or "latn" in subtags or "me" in subtags else SERBIAN


def language_of_path(path: str) -> str | None:
    """Return the code that a path such as `/sr-latn/topics/` starts with; None if there is none."""
    first = path[1:].partition("/")[0]
    return first if first in LANGUAGES else None


class LanguageLink(NamedTuple):
    """A link to the current page in one language. `hreflang` is a BCP 47 tag, `name` the language's name in itself."""

    code: str
    label: str
    name: str
    hreflang: str
    url: str
    current: bool


def language_links(path: str, query: Iterable[tuple[str, str]] = ()) -> list[LanguageLink]:
    """Return links to the page at `path` in every language, with `query`.

    They lead to the home pages if the path has no language. `path` has no script prefix; the links have it.
    """
    code_here = language_of_path(path)
    rest = escape_uri_path(path[1:].partition("/")[2]) if code_here else ""
    tail = f"?{urlencode(list(query))}" if query and code_here else ""
    current = code_here or translation.get_language()
    return [
        LanguageLink(
            code,
            language.label,
            language.name,
            language.tag,
            f"{get_script_prefix()}{code}/{rest}{tail}",
            code == current,
        )
        for code, language in LANGUAGES.items()
    ]


class _SerbianLatin(trans_real.DjangoTranslation):
    """The Serbian catalogue under the code `sr-latn`.

    The Latin catalogues of Django and its apps use partly different words. Without them, the page is exactly the Serbian page, in the
    other script.
    """

    def __init__(self) -> None:
        super().__init__(SERBIAN)

    def language(self) -> str:
        return SERBIAN_LATIN

    def to_language(self) -> str:
        return SERBIAN_LATIN


class PrefixLanguageMiddleware:
    """Activates the language of the URL prefix, under /admin/ that of the staff's language cookie, otherwise Serbian.

    Replaces Django's LocaleMiddleware, which uses cookies and `Accept-Language` and adds `Vary`, so that pages could not be cached.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        translations = trans_real._translations  # type: ignore[attr-defined]
        if not isinstance(translations.get(SERBIAN_LATIN), _SerbianLatin):
            translations[SERBIAN_LATIN] = _SerbianLatin()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of_path(request.path_info)
        if language is None and request.path_info.startswith(STAFF_PREFIX):
            language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if language not in LANGUAGES:
            language = SERBIAN
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", LANGUAGES[language].tag)
        return response


@read_only
def redirect_to_language(request: HttpRequest, *, page: str = "") -> HttpResponse:
    """Redirect to the home page, or to `page`, in the language of the browser. The response is not shared by caches."""
    response = HttpResponseRedirect(f"/{negotiate_language(request.headers.get('Accept-Language', ''))}/{page}")
    patch_vary_headers(response, ["Accept-Language"])
    patch_cache_control(response, private=True, max_age=0)
    return response


set_staff_language = require_POST(set_language)
"Store the language of the staff side (`language`, a code of LANGUAGES) in the cookie and redirect to `next`."
