"""Rate limits: counting by network, stored data, and behaviour without Valkey."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django.fixtures import Settings
from redis import Redis
from redis.commands.core import Script

from clicksafely.common.http import rate_limits
from clicksafely.common.http.client_id import client_digest
from clicksafely.common.http.rate_limits import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    PAUSE_SECONDS,
    LocalCounter,
    over_limit,
)
from tests.waiting import until


@pytest.fixture
def scope() -> str:
    return f"test-{uuid4()}"


def make_request(address: str = "192.0.2.7", forwarded: str = "", host: str = "localhost") -> HttpRequest:
    """Return a request from an address."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory(headers=headers).get("/", REMOTE_ADDR=address, HTTP_HOST=host)


class TestClient:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("192.0.2.7", "192.0.2.200", True),
            ("192.0.2.7", "192.0.3.7", False),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", True),
            ("2001:db8:1:2::1", "2001:db8:2:2::1", False),
            ("::ffff:192.0.2.7", "192.0.2.9", True),
        ],
    )
    def test_networks(self, one: str, other: str, same: bool) -> None:
        assert (client_digest(make_request(one)) == client_digest(make_request(other))) is same

    def test_the_digest_is_keyed_and_changes_every_day(self, settings: Settings) -> None:
        with time_machine.travel("2030-01-01T23:59:00+00:00"):
            today = client_digest(make_request())
        with time_machine.travel("2030-01-02T00:01:00+00:00"):
            tomorrow = client_digest(make_request())
            settings.SECRET_KEY = "another"
            other_key = client_digest(make_request())
        assert len({today, tomorrow, other_key}) == 3
        assert re.fullmatch("[0-9a-f]{32}", today)

    @pytest.mark.parametrize("host", ["abc.ONION:80"])
    def test_onion_has_no_client(self, settings: Settings, host: str) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        assert client_digest(make_request(host=host)) == ""

    @pytest.mark.parametrize(
        ("forwarded", "meant"),
        [
            ("203.0.113.9, 198.51.100.1", "198.51.100.1"),
            ("203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
            ("", "10.0.0.1"),
            ("rubbish", "10.0.0.1"),
            ("198.51.100.1, rubbish, 10.0.0.2", "10.0.0.2"),
        ],
    )
    def test_the_chain_is_read_from_the_right(self, settings: Settings, forwarded: str, meant: str) -> None:
        settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
        digest = client_digest(make_request("10.0.0.1", forwarded=forwarded))
        settings.TRUSTED_PROXIES = []
        assert digest == client_digest(make_request(meant))

    def test_only_a_trusted_proxy_names_the_client(self, settings: Settings) -> None:
        visitor = client_digest(make_request("192.0.2.7"))
        assert client_digest(make_request("192.0.2.7", forwarded="198.51.100.1")) == visitor
        assert client_digest(make_request("", forwarded="198.51.100.1")) == ""
        settings.TRUSTED_PROXIES = ["unix"]
        digest = client_digest(make_request("", forwarded="203.0.113.1, 198.51.100.1"))
        assert digest == client_digest(make_request("198.51.100.1"))


class TestCounting:
    def test_the_one_after_the_limit_is_over_and_reading_does_not_count(self, scope: str) -> None:
        asked = [
            over_limit(make_request(), scope=scope, limit=2, window=60, step=step) for step in (0, 0, 1, 1, 0, 1, 0)
        ]
        assert asked == [False, False, False, False, False, True, True]

    def test_networks_and_scopes_are_counted_apart(self, scope: str) -> None:
        assert [over_limit(make_request(f"192.0.{net}.1"), scope=scope, limit=1, window=60) for net in range(5)] == [
            False
        ] * 5
        assert not over_limit(make_request("192.0.1.1"), scope=f"{scope}-2", limit=1, window=60)

    def test_one_network_cannot_use_up_the_limit_of_all(self, scope: str) -> None:
        for _ in range(50):
            over_limit(make_request("192.0.2.7"), scope=scope, limit=2, window=60, everyone=10)
        assert not over_limit(make_request("198.51.100.1"), scope=scope, limit=2, window=60, everyone=10)

    def test_a_right_code_is_accepted_although_all_together_are_over(self, scope: str) -> None:
        over = [
            over_limit(make_request(f"192.0.{net}.1"), scope=scope, limit=2, window=60, everyone=3) for net in range(5)
        ]
        assert over == [False, False, False, True, True]
        assert not over_limit(make_request("198.51.100.1"), scope=scope, limit=2, window=60, everyone=3, step=0)

    def test_the_onion_service_cannot_use_up_the_limit_of_all(self, settings: Settings, scope: str) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        onion = make_request(host="abc.onion")
        over = [over_limit(onion, scope=scope, limit=1, window=60, everyone=3) for _ in range(9)]
        assert over == [False] * 3 + [True] * 6
        assert not over_limit(make_request(), scope=scope, limit=1, window=60, everyone=3)

    def test_counters_are_exact_under_concurrency(self, scope: str) -> None:
        with ThreadPoolExecutor(8) as pool:
            over = list(pool.map(lambda _: over_limit(make_request(), scope=scope, limit=30, window=60), range(80)))
        assert over.count(False) == 30

    def test_the_window_ends(self, scope: str) -> None:
        until(lambda: over_limit(make_request(), scope=scope, limit=1, window=1), what="two calls in one window")
        until(
            lambda: not over_limit(make_request(), scope=scope, limit=1, window=1, step=0), what="the end of the window"
        )
        assert not over_limit(make_request(), scope=scope, limit=1, window=1)

    def test_no_counter_of_a_network_lives_longer_than_an_hour(self) -> None:
        with pytest.raises(ValueError, match="3600"):
            over_limit(make_request(), scope="x", limit=1, window=3601)

    def test_nothing_of_an_address_is_stored(self, scope: str) -> None:
        over_limit(make_request("192.0.2.7"), scope=scope, limit=1, window=60)
        server = Redis.from_url(settings.REDIS_URL)
        keys = [key.decode() for key in server.keys(f"limit:{scope}*")]
        assert len(keys) == 2
        assert not any("192" in key.removeprefix(f"limit:{scope}") and "." in key for key in keys)
        assert all(0 < server.ttl(key) <= 60 for key in keys)
        server.close()


@pytest.fixture
def hung_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that accepts connections and never responds, with production's time limit."""
    monkeypatch.setattr(rate_limits, "ANSWER_SECONDS", ANSWER_SECONDS)
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(50)
        yield f"redis://127.0.0.1:{sock.getsockname()[1]}/0"


@pytest.fixture
def closed_server() -> str:
    """An address without a server."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{sock.getsockname()[1]}/0"


class TestWithoutValkey:
    @pytest.fixture(params=["hung_server", "closed_server"])
    def _down(self, request: pytest.FixtureRequest, settings: Settings) -> None:
        settings.REDIS_URL = request.getfixturevalue(request.param)

    @pytest.mark.usefixtures("_down")
    def test_this_process_counts(self, scope: str) -> None:
        def is_over(address: str, step: int = 1) -> bool:
            return over_limit(make_request(address), scope=scope, limit=2, window=60, everyone=3, step=step)

        assert [is_over("192.0.2.7") for _ in range(4)] == [False, False, True, True]
        # The refused requests of one network do not count for all.
        assert [is_over("198.51.100.1"), is_over("203.0.113.1")] == [False, True]
        assert [is_over("192.0.2.7", step=0), is_over("198.51.100.1", step=0)] == [True, False]

    @pytest.mark.usefixtures("_down")
    def test_only_the_first_request_tries_to_connect(self, scope: str, monkeypatch: pytest.MonkeyPatch) -> None:
        asking: list[str] = []
        ask = rate_limits._script

        def count_and_ask(url: str) -> Script:
            asking.append(url)
            return ask(url)

        monkeypatch.setattr(rate_limits, "_script", count_and_ask)
        monkeypatch.setattr(rate_limits, "PAUSE_SECONDS", 3600.0)
        for _ in range(100):
            over_limit(make_request(), scope=scope, limit=2, window=60)
        assert len(asking) == 1
        assert CONNECT_SECONDS + ANSWER_SECONDS <= 0.1

    def test_it_is_tried_again_after_a_pause(
        self, settings: Settings, closed_server: str, scope: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        working = settings.REDIS_URL
        settings.REDIS_URL = closed_server
        over_limit(make_request(), scope=scope, limit=1, window=60)
        settings.REDIS_URL = working
        assert over_limit(make_request(), scope=scope, limit=1, window=60)
        now = rate_limits.monotonic()
        monkeypatch.setattr(rate_limits, "monotonic", lambda: now + PAUSE_SECONDS)
        assert not over_limit(make_request(), scope=scope, limit=1, window=60)


class TestLocalCounter:
    def test_it_is_bounded_and_further_keys_are_over_the_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rate_limits, "LOCAL_KEYS", 3)
        counter = LocalCounter()
        assert [counter.add(key, 60) for key in "abcd"] == [1, 1, 1, LocalCounter.OVER]
        assert counter.add("a", 60) == 2
        # Expired counts free memory.
        now = rate_limits.monotonic()
        monkeypatch.setattr(rate_limits, "monotonic", lambda: now + 60)
        assert [counter.add(key, 60) for key in "defa"] == [1, 1, 1, LocalCounter.OVER]
