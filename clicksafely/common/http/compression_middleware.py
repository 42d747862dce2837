"""Compression of public pages outside the page cache: those with a form."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from clicksafely.common.page_cache.content_encoding import DYNAMIC_LEVELS, IDENTITY, compress, negotiate_encoding
from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY
from clicksafely.common.serbian.scripts import is_page


class CompressionMiddleware:
    """Compresses uncacheable pages without confidential content.

    The size of a compressed page reveals secrets to an eavesdropper who can inject text (the BREACH attack). Therefore only responses to
    GET without cookies in request and response are compressed. Runs outside of all middleware that changes a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            isinstance(response, HttpResponse)
            and response.content
            and is_page(response)
            and _is_anonymous(request, response)
        ):
            patch_vary_headers(response, ("Accept-Encoding",))
            coding = negotiate_encoding(request.headers.get("Accept-Encoding", ""))
            if coding != IDENTITY:
                response.content = compress(response.content, coding, DYNAMIC_LEVELS)
                response.headers["Content-Encoding"] = coding
                response.headers["Content-Length"] = str(len(response.content))
        return response


def _is_anonymous(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether the page is not cached and neither request nor response identifies a visitor."""
    return (
        request.method == "GET"
        and CACHE_POLICY_KEY not in request.META
        and not request.COOKIES
        and "HTTP_AUTHORIZATION" not in request.META
        and not response.cookies
    )
