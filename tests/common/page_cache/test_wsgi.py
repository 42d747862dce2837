"""The page cache: stored pages, separation of visitors, and behaviour without a database."""

import gzip
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.models import ContentVersion
from clicksafely.common.page_cache import content_version
from clicksafely.common.page_cache.wsgi import OVERHEAD_BYTES, UNCONFIRMED_SECONDS, PageCache
from tests.common.pages import content
from tests.common.wsgi import Answer, ask
from tests.waiting import until

# Django checks its connection at the end of every request, whether or not the page used it.
pytestmark = [pytest.mark.urls("tests.common.pages"), pytest.mark.django_db]

HOSTS = ["localhost", "127.0.0.1", "localhost:8000"]


class Clock:
    """A clock that advances only on request."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class CachedSite:
    """A page cache over the real Django handler; the test announces the content version itself."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.edition = 1
        self.cache = PageCache(WSGIHandler(), generation=lambda: self.edition, clock=self.clock, **options)
        self.cache.confirm(1)

    def __call__(self, path: str = "/sr/pages/a/", **request: str) -> Answer:
        return ask(self.cache, path, **request)

    def publish(self) -> None:
        """Make an edit and announce its version."""
        content.edition += 1
        self.edition += 1
        self.cache.confirm(self.edition)

    def pass_time(self, seconds: float, *, confirmed: bool = True) -> None:
        """Advance the clock, with or without a responding database."""
        self.clock.seconds += seconds
        if confirmed:
            self.cache.confirm(self.edition)


@pytest.fixture(autouse=True)
def _fresh_content() -> Iterator[None]:
    content.__init__()  # type: ignore[misc]
    yield
    # A blocked rendering is released before the state is reset for other modules.
    content.gate.set()
    content.__init__()  # type: ignore[misc]


@pytest.fixture
def cached_site() -> CachedSite:
    cached_site = CachedSite()
    # No thread in these tests: time and version are set manually.
    cached_site.cache._watch.started = True
    return cached_site


def plain(answer: Answer) -> str:
    """Return the decoded text of a response."""
    coding = answer.headers.get("content-encoding", "identity")
    return {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}[coding](answer.body).decode()


class TestStorage:
    def test_second_request_is_not_rendered(self, cached_site: CachedSite) -> None:
        first, second = cached_site(), cached_site()
        assert content.rendered == 1
        assert first == second
        assert second.status == 200
        assert second.headers["cache-control"] == "public, max-age=60"
        assert second.headers["vary"] == "Accept-Encoding"
        assert second.headers["x-content-type-options"] == "nosniff"
        assert not {"set-cookie", "x-request-id"} & set(second.headers)

    @pytest.mark.parametrize("header", [{"COOKIE": "sessionid=1"}, {"AUTHORIZATION": "Bearer 1"}])
    def test_requests_with_credentials_pass_by(self, cached_site: CachedSite, header: dict[str, str]) -> None:
        cached_site()
        cached_site(**header)
        assert content.rendered == 2
        content.edition = 2
        cached_site(**header)
        assert "edition 1 " in plain(cached_site())

    @pytest.mark.parametrize(
        ("path", "request_headers", "status", "cache_control"),
        [
            ("/sr/private/a/", {}, 200, "no-store"),
            ("/sr/pages/a/", {"method": "POST"}, 403, "no-store"),
            ("/sr/pages/a/", {"host": "evil.invalid"}, 400, "no-store"),
        ],
    )
    def test_other_requests_are_not_cached(
        self, cached_site: CachedSite, path: str, request_headers: dict[str, str], status: int, cache_control: str
    ) -> None:
        for _twice in range(2):
            answer = cached_site(path, **request_headers)
            assert (answer.status, answer.headers["cache-control"]) == (status, cache_control)
            assert "etag" not in answer.headers
        assert cached_site.cache._pages == {}

    @pytest.mark.parametrize(("attribute", "value"), [("cookie", True), ("vary", "Accept-Language")])
    def test_page_that_sets_a_cookie_or_varies_is_private(
        self, cached_site: CachedSite, attribute: str, value: Any
    ) -> None:
        setattr(content, attribute, value)
        for _twice in range(2):
            assert cached_site().headers["cache-control"] == "private, no-store"
        assert content.rendered == 2

    @pytest.mark.parametrize("status", [404, 503, 204])
    def test_only_status_200_is_cached(self, cached_site: CachedSite, status: int) -> None:
        content.fails_with = status
        assert cached_site().status == status
        content.fails_with = 0
        assert cached_site().status == 200


class TestQuery:
    @pytest.mark.parametrize("marks", ["utm_source=x", "fbclid=x&page=2&utm_medium=y", "page=2&gclid="])
    def test_tracking_parameters_are_ignored_and_not_passed_on(self, cached_site: CachedSite, marks: str) -> None:
        marked = cached_site(query=marks)
        assert "utm_" not in plain(marked)
        assert cached_site(query="page=2" if "page" in marks else "") == marked
        assert content.rendered == 1

    @pytest.mark.parametrize("query", ["utm=x", "page=2&other=x", "p%61ge=2", "page=2&", "page=" + "9" * 400])
    def test_other_queries_are_rendered_and_not_cached(self, cached_site: CachedSite, query: str) -> None:
        cached_site(query=query)
        answer = cached_site(query=query)
        assert content.rendered == 2
        assert answer.status == 200
        assert cached_site.cache._pages == {}


class TestCodings:
    @pytest.mark.parametrize(
        ("accepts", "coding"),
        [
            ("", None),
            ("gzip, deflate, BR;q=0.1, zstd", "br"),
            ("br;q=0, gzip", "gzip"),
            ("gzip;q=0", None),
            ("*", None),
            ("br;q=x", None),
        ],
    )
    def test_negotiation(self, cached_site: CachedSite, accepts: str, coding: str | None) -> None:
        for _ in range(2):
            answer = cached_site(ACCEPT_ENCODING=accepts)
            assert answer.headers.get("content-encoding") == coding
            assert answer.headers["content-length"] == str(len(answer.body))
            assert plain(answer).startswith("http localhost /sr/pages/a/ ")

    def test_each_coding_has_its_own_strong_etag(self, cached_site: CachedSite) -> None:
        etags = {cached_site(ACCEPT_ENCODING=coding).headers["etag"] for coding in ("", "gzip", "br")}
        assert len(etags) == 3
        assert not any(etag.startswith("W/") for etag in etags)
        assert content.rendered == 1

    def test_not_modified(self, cached_site: CachedSite) -> None:
        etag = cached_site(ACCEPT_ENCODING="br").headers["etag"]
        for header in (etag, f'"other", W/{etag}'):
            answer = cached_site(ACCEPT_ENCODING="br", IF_NONE_MATCH=header)
            assert (answer.status, answer.body) == (304, b"")
            assert answer.headers["etag"] == etag
            assert "content-length" not in answer.headers
            assert "content-encoding" not in answer.headers
        assert cached_site(ACCEPT_ENCODING="gzip", IF_NONE_MATCH=etag).status == 200
        cached_site.publish()
        assert cached_site(ACCEPT_ENCODING="br", IF_NONE_MATCH=etag).status == 200

    def test_head_has_the_headers_of_get(self, cached_site: CachedSite) -> None:
        missing = cached_site(method="HEAD", ACCEPT_ENCODING="br")
        get_answer = cached_site(ACCEPT_ENCODING="br")
        head_answer = cached_site(method="HEAD", ACCEPT_ENCODING="br")
        assert missing == head_answer == get_answer._replace(body=b"")
        assert content.rendered == 2


class TestAge:
    def test_a_page_rendered_before_an_edit_is_not_served_after_it(self, cached_site: CachedSite) -> None:
        content.gate.clear()
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(cached_site)
            until(lambda: content.rendered)
            cached_site.publish()
            content.gate.set()
            assert "edition 1 " in plain(slow.result())
        assert "edition 2 " in plain(cached_site())

    def test_max_age_ends_and_is_shortened_by_the_next_scheduled_change(self, cached_site: CachedSite) -> None:
        cached_site()
        cached_site.pass_time(59)
        assert cached_site().headers["age"] == "59"
        assert content.rendered == 1
        cached_site.pass_time(2)
        content.ends_in = timedelta(seconds=20, milliseconds=900)
        answer = cached_site()
        assert (answer.headers["age"], answer.headers["cache-control"]) == ("0", "public, max-age=20")
        cached_site.pass_time(21)
        cached_site()
        assert content.rendered == 3

    def test_nothing_is_cached_before_the_first_generation(self) -> None:
        cache = PageCache(WSGIHandler(), generation=lambda: 1)
        cache._watch.started = True
        ask(cache, "/sr/pages/a/")
        ask(cache, "/sr/pages/a/")
        assert content.rendered == 2


class TestWithoutDatabase:
    def test_stale_pages_are_served_while_the_database_is_down(self, cached_site: CachedSite) -> None:
        cached_site()
        cached_site.pass_time(3600, confirmed=False)
        content.fails_with = 503
        answer = cached_site()
        assert (answer.status, answer.headers["age"]) == (200, "3600")
        assert content.rendered == 1
        assert cached_site("/sr/pages/other/").status == 503
        content.fails_with = 0
        cached_site.pass_time(1)
        cached_site()
        assert content.rendered == 3

    def test_an_error_within_the_first_seconds_is_bridged(self, cached_site: CachedSite) -> None:
        cached_site()
        cached_site.pass_time(61)
        content.fails_with = 503
        cached_site.pass_time(UNCONFIRMED_SECONDS - 1, confirmed=False)
        assert cached_site().status == 200
        assert content.rendered == 2

    def test_a_page_taken_away_does_not_come_back(self, cached_site: CachedSite) -> None:
        cached_site()
        cached_site.pass_time(61)
        content.fails_with = 404
        assert cached_site().status == 404
        content.fails_with = 503
        cached_site.pass_time(10, confirmed=False)
        assert cached_site().status == 503


class TestBounds:
    def test_memory_is_bounded_and_frequent_pages_stay(self) -> None:
        cached_site = CachedSite(capacity=20 * OVERHEAD_BYTES)
        cached_site.cache._watch.started = True
        for number in range(100):
            cached_site.pass_time(0.1)
            cached_site(f"/sr/pages/{number}/", ACCEPT_ENCODING="br")
            cached_site("/sr/pages/0/", ACCEPT_ENCODING="br")
            size = sum(page.weight() for page in cached_site.cache._pages.values())
            assert size <= cached_site.cache.capacity
        assert content.rendered == 100
        assert len(cached_site.cache._pages) > 5


requests = st.tuples(
    st.sampled_from(HOSTS),
    st.sampled_from(["/sr/pages/a/", "/en/pages/a/", "/sr/pages/b/", "/sr/private/a/"]),
    st.sampled_from(["", "page=1", "page=2", "page=1&topic=x", "topic=x&page=1", "topic=x", "utm=1", "page=1&page=2"]),
    st.sampled_from(["", "br", "gzip", "br, gzip;q=0.5"]),
    st.sampled_from(["GET", "GET", "HEAD"]),
    st.booleans(),
)


@given(st.lists(st.one_of(requests, st.just("edit"), st.just("later")), max_size=60))
def test_never_a_wrong_page(steps: list[Any]) -> None:
    content.__init__()  # type: ignore[misc]
    cached_site = CachedSite(capacity=6 * OVERHEAD_BYTES)
    cached_site.cache._watch.started = True
    for step in steps:
        if step == "edit":
            cached_site.publish()
        elif step == "later":
            cached_site.pass_time(45)
        else:
            host, path, query, accepts, method, cookie = step
            headers = {"COOKIE": "a=1"} if cookie else {}
            answer = cached_site(path, host=host, query=query, method=method, ACCEPT_ENCODING=accepts, **headers)
            assert answer.status == 200
            if method == "HEAD" and not answer.body:
                continue
            values: dict[str, list[str]] = {}
            for part in filter(None, query.split("&")):
                values.setdefault(part.split("=")[0], []).append(part.split("=")[1])
            shown = "".join(f" {name}={','.join(texts)}" for name, texts in sorted(values.items()))
            assert plain(answer).startswith(f"http {host} {path}{shown} edition {content.edition} ")


def test_many_threads_at_once_never_a_wrong_page() -> None:
    cached_site = CachedSite(capacity=12 * OVERHEAD_BYTES)
    cached_site.cache._watch.started = True
    stop, read_by = threading.Event(), dict.fromkeys(range(1, 9), 0)

    def read(worker: int) -> None:
        while not stop.is_set():
            read_by[worker] += 1
            number = read_by[worker]
            host, name, coding = HOSTS[number % 3], f"{(number * worker) % 7}", ("br", "gzip", "")[number % 3]
            confirmed = cached_site.edition
            text = plain(cached_site(f"/sr/pages/{name}/", host=host, ACCEPT_ENCODING=coding))
            assert text.startswith(f"http {host} /sr/pages/{name}/ edition ")
            # A request after a confirmed edit never shows the previous state.
            assert int(text.split()[4]) >= confirmed

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read, worker) for worker in read_by]
        try:
            for edition in range(1, 41):
                # An edit during the query; later requests must see it.
                until(lambda target=edition: min(read_by.values()) >= target or any(map(Future.done, readers)))  # type: ignore[misc]
                content.edition += 1
                cached_site.cache.confirm(content.edition)
                cached_site.edition = content.edition
        finally:
            stop.set()
        for reader in readers:
            reader.result()


class Watched:
    """A page cache with its thread, which reads the real version over a connection that can be redirected to a closed port."""

    def __init__(self) -> None:
        self.away = False
        self.cache = PageCache(WSGIHandler(), generation=self.read)

    def read(self) -> int:
        """Return the version, over the thread's own connection."""
        connection = connections["default"]
        if self.away and connection.settings_dict["HOST"] != "127.0.0.1":
            connection.close()
            connection.settings_dict = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": str(closed_port())}
        elif not self.away and connection.settings_dict["HOST"] == "127.0.0.1":
            connections.close_all()
            del connections["default"]
        return content_version.current()


def closed_port() -> int:
    """Return a port without a server."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@pytest.fixture
def watched(transactional_db: None) -> Iterator[Watched]:
    # The flush after a transactional test also deletes the row of the migration.
    ContentVersion.objects.get_or_create(pk=1)
    watched = Watched()
    yield watched
    watched.cache.close()
    assert not watched.cache._watch._thread.is_alive()


class TestWatch:
    def test_pages_are_served_while_the_database_is_down(
        self, watched: Watched, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO")
        until(lambda: ask(watched.cache, "/sr/pages/a/") and watched.cache._pages)
        watched.away = True
        until(lambda: "is not responding" in caplog.text)
        content.fails_with = 503
        [page] = watched.cache._pages.values()
        page.expires = 0
        for _ in range(3):
            assert ask(watched.cache, "/sr/pages/a/").status == 200
        assert ask(watched.cache, "/sr/pages/other/").status == 503
        watched.away = False
        content.fails_with = 0
        content.edition += 1
        content_version.bump()
        until(lambda: "responds again" in caplog.text)
        until(lambda: f"edition {content.edition} " in plain(ask(watched.cache, "/sr/pages/a/")))

    def test_a_fault_in_the_reading_does_not_end_it(self, caplog: pytest.LogCaptureFixture) -> None:
        answers = iter([ValueError("not a number"), 5])

        def read() -> int:
            answer = next(answers, 6)
            if isinstance(answer, ValueError):
                raise answer
            return answer

        cache = PageCache(WSGIHandler(), generation=read)
        try:
            ask(cache, "/sr/private/a/")
            until(lambda: cache._generation == 6)
            assert "cannot be read" in caplog.text
        finally:
            cache.close()
