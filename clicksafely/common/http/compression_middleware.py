"""Compresses the pages that the page cache does not: those that hold a form."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from clicksafely.common.page_cache.content_encoding import DYNAMIC_LEVELS, IDENTITY, compress, negotiate_encoding
from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY
from clicksafely.common.serbian.scripts import is_page


class CompressionMiddleware:
    """Compresses a page that nobody stores, where it tells its reader nothing that others could not read as well.

    What was typed, and what a session or a token is good for, goes out as it is: the size of a compressed page tells what stands in it to
    somebody who listens and can put words of his own beside it (the attack called BREACH). Hence only answers to GET without a cookie, before
    and after. It stands outside whatever changes a page.
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
    """Whether the page cache leaves it alone, and neither side knows who the other is."""
    return (
        request.method == "GET"
        and CACHE_POLICY_KEY not in request.META
        and not request.COOKIES
        and "HTTP_AUTHORIZATION" not in request.META
        and not response.cookies
    )
