"""Page cache in front of Django: serves whole public pages from memory, also while the database is down."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings

from clicksafely.common.page_cache.content_encoding import (
    DYNAMIC_LEVELS,
    IDENTITY,
    STORED_LEVELS,
    compress,
    decompress,
    negotiate_encoding,
)
from clicksafely.common.page_cache.content_version import ContentVersionPoller
from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY, CachePolicy, expire_page_at, public_page

# Tracking parameters added by other sites; they do not change a page, and redirects drop them.
TRACKING_PARAMETERS = frozenset(
    "dclid fbclid gbraid gclid igsh igshid mc_cid mc_eid msclkid ttclid twclid wbraid yclid".split()  # noqa: SIM905
)


def sort_parameters(query: str) -> str:
    """Return the query with its parameters sorted by name.

    Values of one name keep their order, because the last one counts.
    """
    return "&".join(sorted(query.split("&"), key=parameter_name)) if "&" in query else query


def strip_tracking(query: str) -> str:
    """Return the query without TRACKING parameters and those that start with `utm_`."""
    named = ((parameter_name(parameter), parameter) for parameter in query.split("&"))
    return "&".join(
        parameter for name, parameter in named if name not in TRACKING_PARAMETERS and not name.startswith("utm_")
    )


def parameter_name(parameter: str) -> str:
    """Return the part before the first `=`."""
    return parameter.partition("=")[0]


__all__ = ["PageCache", "expire_page_at", "public_page"]

Headers = list[tuple[str, str]]
Key = tuple[str, str, str, str]

CAPACITY_BYTES = 32 * 1024 * 1024
MAX_PAGE_BYTES = 2 * 1024 * 1024
MAX_QUERY_LENGTH = 300
# Memory of a stored body beyond its bytes: headers, key, objects.
OVERHEAD_BYTES = 2048
# A content version not confirmed for this long means that the database is down.
UNCONFIRMED_SECONDS = 2.0
NEVER = float("-inf")


class PageVariant:
    """One body in one coding, with its headers."""

    __slots__ = ("body", "etag", "headers", "unchanged")

    def __init__(self, body: bytes, coding: str, digest: str, headers: Headers) -> None:
        self.body = body
        self.etag = f'"{digest}-{coding}"'
        self.unchanged = [*headers, ("Vary", "Accept-Encoding"), ("ETag", self.etag)]
        self.headers = [*self.unchanged, ("Content-Length", str(len(body)))]
        if coding != IDENTITY:
            self.headers.append(("Content-Encoding", coding))


class CachedPage:
    """A rendered page: its expiry is known, its dependencies are not."""

    __slots__ = ("digest", "expires", "headers", "rendered", "used", "variants")

    def __init__(self, body: bytes, headers: Headers, rendered: float, lifetime: int) -> None:
        self.digest = hashlib.sha256(body).hexdigest()[:32]
        self.headers = headers
        self.rendered = self.used = rendered
        self.expires = rendered + lifetime
        self.variants: dict[str, PageVariant] = {}

    def add(self, coding: str, body: bytes, levels: Mapping[str, int] = STORED_LEVELS) -> PageVariant:
        """Store the plain `body` in `coding`."""
        variant = self.variants[coding] = PageVariant(compress(body, coding, levels), coding, self.digest, self.headers)
        return variant

    def body(self) -> bytes:
        """Return the plain bytes from any variant."""
        coding, variant = next(iter(self.variants.items()))
        return decompress(variant.body, coding)

    def weight(self) -> int:
        """Approximate bytes of memory."""
        return sum(len(variant.body) + OVERHEAD_BYTES for variant in self.variants.values())


class PageCache:
    """Serves stored 200 responses of declared pages (`public_page`) to GET and HEAD requests without cookie and authorization.

    A page is stored under scheme, host, path and query, in the content version (`content_version`) read before
    rendering. A new version drops all pages. A thread of every process reads the version twice a second, so that no
    visitor waits for it. While it cannot be read, stored pages are served beyond their age. Threads share one instance;
    a hit takes no lock. Several threads may render the same missing page at once. Their number is limited, and a lock
    would let one slow page block others.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        generation: str | Callable[[], int] = "clicksafely.common.page_cache.content_version.current",
        capacity: int = CAPACITY_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app = app
        self.capacity = capacity
        self.clock = clock
        self._generation: int | None = None
        self._confirmed = NEVER
        self._pages: dict[Key, CachedPage] = {}
        self._weight = 0
        self._lock = threading.Lock()
        self._codings: dict[str, str] = {}
        self._watch = ContentVersionPoller(generation, self.confirm)
        self._scheme_header = (settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme",))[0]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond from memory if possible; otherwise call Django and store the response if permitted."""
        if not self._watch.started:
            self._watch.start()
        method = environ["REQUEST_METHOD"]
        if (method != "GET" and method != "HEAD") or "HTTP_COOKIE" in environ or "HTTP_AUTHORIZATION" in environ:
            return self.app(environ, start_response)
        if query := environ.get("QUERY_STRING", ""):
            query = environ["QUERY_STRING"] = strip_tracking(query)
        key = (
            environ.get(self._scheme_header) or environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST", ""),
            environ["PATH_INFO"],
            sort_parameters(query) if query else "",
        )
        page = self._pages.get(key)
        if page is not None:
            now = self.clock()
            if now < page.expires or now - self._confirmed > UNCONFIRMED_SECONDS:
                page.used = now
                return self._answer(page, environ, start_response, now)
        return self._render(key, page, environ, start_response)

    def confirm(self, generation: int) -> None:
        """Record that the database has returned this content version; a new one drops all pages."""
        with self._lock:
            if generation != self._generation:
                self._generation = generation
                self._pages = {}
                self._weight = 0
            self._confirmed = self.clock()

    def close(self) -> None:
        """Stop reading the content version."""
        self._watch.stop()

    def _answer(
        self, page: CachedPage, environ: WSGIEnvironment, start_response: StartResponse, now: float
    ) -> list[bytes]:
        coding = self._coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        variant = page.variants.get(coding) or self._add_variant(page, coding)
        age = ("Age", str(int(now - page.rendered)))
        if_none_match = environ.get("HTTP_IF_NONE_MATCH")
        if if_none_match is not None and variant.etag in if_none_match:
            start_response("304 Not Modified", [*variant.unchanged, age])
            return []
        start_response("200 OK", [*variant.headers, age])
        return [variant.body] if environ["REQUEST_METHOD"] == "GET" else []

    def _coding(self, accept_encoding: str) -> str:
        coding = self._codings.get(accept_encoding)
        if coding is None:
            coding = negotiate_encoding(accept_encoding)
            if len(self._codings) < 500 and len(accept_encoding) < 200:
                self._codings[accept_encoding] = coding
        return coding

    def _add_variant(self, page: CachedPage, coding: str) -> PageVariant:
        with self._lock:
            variant = page.variants.get(coding)
            if variant is None:
                variant = page.add(coding, page.body())
                # A page dropped meanwhile is counted too; the next eviction corrects the sum.
                self._grow(len(variant.body) + OVERHEAD_BYTES)
            return variant

    def _render(
        self, key: Key, stored: CachedPage | None, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        generation, rendered = self._generation, self.clock()
        started: list[tuple[str, Headers]] = []

        def catch(status: str, headers: Headers, _exc_info: Any = None) -> Callable[[bytes], object]:
            started.append((status, headers))
            return _no_write

        answer = self.app(environ, catch)
        status, headers = started[-1]
        if stored is not None and status.startswith("5"):
            # The database failed before the watcher noticed.
            _close(answer)
            return self._answer(stored, environ, start_response, self.clock())
        declaration: CachePolicy | None = environ.get(CACHE_POLICY_KEY)
        if declaration is None or not _is_public(status, headers):
            self._forget(key, stored)
            start_response(status, headers if declaration is None else _private(headers))
            return answer
        try:
            body = b"".join(answer)
        finally:
            _close(answer)
        page = CachedPage(body, _stored_headers(headers), rendered, declaration.max_age)
        may_be_kept = len(body) <= MAX_PAGE_BYTES and _knows(declaration, key[3])
        coding = self._coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        page.add(coding, body, STORED_LEVELS if may_be_kept else DYNAMIC_LEVELS)
        if may_be_kept and generation is not None and environ["REQUEST_METHOD"] == "GET":
            self._store(key, page, generation)
        return self._answer(page, environ, start_response, rendered)

    def _store(self, key: Key, page: CachedPage, generation: int) -> None:
        with self._lock:
            if generation != self._generation:
                return
            replaced = self._pages.get(key)
            self._pages[key] = page
            self._grow(page.weight() - (replaced.weight() if replaced else 0))

    def _forget(self, key: Key, stored: CachedPage | None) -> None:
        """Drop a stored page whose URL is no longer a public page."""
        if stored is not None:
            with self._lock:
                if self._pages.get(key) is stored:
                    del self._pages[key]
                    self._weight -= stored.weight()

    def _grow(self, weight: int) -> None:
        """Add `weight`; above the capacity, evict the least recently requested pages down to nine tenths, so that sorting is rare."""
        self._weight += weight
        if self._weight <= self.capacity:
            return
        pages = sorted(self._pages.items(), key=lambda item: item[1].used)
        self._weight = sum(page.weight() for _key, page in pages)
        for key, page in pages:
            if self._weight <= self.capacity * 0.9:
                break
            del self._pages[key]
            self._weight -= page.weight()


def _knows(declaration: CachePolicy, query: str) -> bool:
    """Return whether the view declared every parameter: a stored page must never show a parameter of another visitor."""
    return not query or (
        len(query) <= MAX_QUERY_LENGTH and declaration.params.issuperset(map(parameter_name, query.split("&")))
    )


def _is_public(status: str, headers: Headers) -> bool:
    """Return whether the final response is still public, as its view declared: no middleware has made it personal."""
    if not status.startswith("200"):
        return False
    sent = {name.lower(): value.lower() for name, value in headers}
    return (
        sent.get("cache-control", "").startswith("public")
        and sent.get("vary", "accept-encoding") == "accept-encoding"
        and not sent.keys() & {"set-cookie", "content-encoding"}
    )


def _private(headers: Headers) -> Headers:
    """Return the headers of a response made personal by middleware, which downstream caches must not store."""
    return [
        *((name, value) for name, value in headers if name.lower() != "cache-control"),
        ("Cache-Control", "private, no-store"),
    ]


def _stored_headers(headers: Headers) -> Headers:
    return [
        (name, value)
        for name, value in headers
        if name.lower() not in {"content-length", "vary", "etag", "x-request-id"}
    ]


def _close(answer: Iterable[bytes]) -> None:
    close = getattr(answer, "close", None)
    if close is not None:
        close()


def _no_write(_data: bytes) -> None:
    raise NotImplementedError("write() of PEP 3333 is not supported")
