"""Checks of an address against servers that answer, redirect, misbehave or lie."""

import gzip
import logging
import zlib

import pytest

from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.dns import DnsServer, Name
from clicksafely.devserver.mock_services.web import Page, Proxy, WebServer, bomb, leads_to, unused_port
from hotline.availability import guarded_http, url_checker
from hotline.availability.url_checker import Checker, Observation, parse
from hotline.models import CheckResult
from tests.hotline.availability.conftest import AGENT, LOOPBACK, make_checker

F = CheckResult


@pytest.fixture
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short time limit, only for servers that never answer: on a slow machine others could exceed it."""
    monkeypatch.setattr(url_checker, "READ_SECONDS", 0.5)
    monkeypatch.setattr(url_checker, "SECONDS", 1.5)
    monkeypatch.setattr(guarded_http, "CONNECT_SECONDS", 0.5)


def check(checker: Checker, address: str, site: str = "") -> Observation:
    (observation,) = checker.check_all([(address, site)])
    return observation


# --- What a server says ---


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (200, F.AVAILABLE),
        (206, F.AVAILABLE),
        (204, F.AVAILABLE),
        (404, F.GONE),
        (410, F.GONE),
        (403, F.BLOCKED),
        (451, F.BLOCKED),
        (401, F.INCONCLUSIVE),
        (400, F.INCONCLUSIVE),
        (402, F.INCONCLUSIVE),
        (304, F.INCONCLUSIVE),
        (302, F.INCONCLUSIVE),
        (429, F.SERVER_ERROR),
        (500, F.SERVER_ERROR),
        (503, F.SERVER_ERROR),
        (599, F.SERVER_ERROR),
    ],
)
def test_status(web: WebServer, checker: Checker, status: int, result: CheckResult) -> None:
    web.pages["/x"] = Page(status, b"" if status in {204, 304} else b"words")
    assert check(checker, web.url("a.test", "/x")) == Observation(result)


def test_a_bot_challenge_is_inconclusive(web: WebServer, checker: Checker) -> None:
    web.pages["/x"] = Page(403, headers={"cf-mitigated": "challenge"})
    assert check(checker, web.url("a.test", "/x")).result == F.INCONCLUSIVE


def test_request_has_only_neutral_headers(web: WebServer, checker: Checker) -> None:
    web.pages["/x?y=1"] = Page(headers={"Set-Cookie": "a=b"})
    check(checker, web.url("a.test", "/x?y=1#part").replace("//", "//user:password@"))
    ((host, path, headers),) = web.requests
    assert (host, path, headers["user-agent"]) == (f"a.test:{web.port}", "/x?y=1", AGENT)
    assert set(headers) == {"host", "user-agent", "accept", "accept-language", "accept-encoding", "connection"}


def test_no_cookie_and_no_referrer_is_sent(web: WebServer, checker: Checker) -> None:
    web.pages["/x"] = Page(302, b"", {"Location": "/y", "Set-Cookie": "a=b"})
    web.pages["/y"] = Page()
    assert check(checker, web.url("a.test", "/x")) == Observation(F.AVAILABLE, web.url("a.test", "/y"))
    assert not {"cookie", "referer"} & set(web.requests[1][2])


@pytest.mark.parametrize("kind", ["image/jpeg", "video/mp4", "application/octet-stream", ""])
def test_nothing_but_pages_is_read(web: WebServer, checker: Checker, kind: str) -> None:
    web.pages["/x"] = Page(kind=kind, manner="endless")
    assert check(checker, web.url("a.test", "/x")) == Observation(F.AVAILABLE)


def test_of_a_page_without_end_the_beginning_is_read(web: WebServer, checker: Checker) -> None:
    web.pages["/x"] = Page(manner="endless")
    assert check(checker, web.url("a.test", "/x")) == Observation(F.AVAILABLE)


def test_a_page_that_grows_when_it_is_unpacked(web: WebServer, checker: Checker) -> None:
    web.pages["/x"] = bomb()
    assert check(checker, web.url("a.test", "/x")) == Observation(F.AVAILABLE)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_unrequested_compression_is_decoded(web: WebServer, checker: Checker, pack: object) -> None:
    encoding = "gzip" if pack is gzip.compress else "deflate"
    body = pack(b"<title>Domain parking</title>")  # type: ignore[operator]
    web.pages["/x"] = Page(body=body, headers={"Content-Encoding": encoding})
    assert check(checker, web.url("a.test", "/x")).result == F.PARKED


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "\xff"])
def test_undecodable_body_is_not_counted_as_removed(web: WebServer, checker: Checker, encoding: str) -> None:
    web.pages["/x"] = Page(body=b"no such thing", headers={"Content-Encoding": encoding})
    assert check(checker, web.url("a.test", "/x")).result in {F.AVAILABLE, F.INCONCLUSIVE}


@pytest.mark.usefixtures("little_patience")
@pytest.mark.parametrize("manner", ["hang", "hang_head", "drip"])
def test_servers_that_never_finish(web: WebServer, checker: Checker, manner: str) -> None:
    web.pages["/x"] = Page(manner=manner)
    assert check(checker, web.url("a.test", "/x")) == Observation(F.SERVER_ERROR)


@pytest.mark.parametrize(
    ("manner", "result"),
    [("drop", F.INCONCLUSIVE), ("garbage", F.INCONCLUSIVE), ("headers", F.INCONCLUSIVE), ("many", F.AVAILABLE)],
)
def test_servers_that_misbehave(web: WebServer, checker: Checker, manner: str, result: CheckResult) -> None:
    web.pages["/x"] = Page(manner=manner)
    assert check(checker, web.url("a.test", "/x")) == Observation(result)


# --- Where it leads ---


def test_within_the_site_it_is_there(web: WebServer, checker: Checker) -> None:
    web.pages["/x"] = leads_to(web.url("www.a.test", "/new/x"), 301)
    web.pages["/new/x"] = Page()
    assert check(checker, web.url("a.test", "/x"), "a.test") == Observation(
        F.AVAILABLE, web.url("www.a.test", "/new/x")
    )


def test_another_site(web: WebServer, checker: Checker) -> None:
    web.pages["/x"] = leads_to(web.url("b.test", "/x"))
    web.pages["b.test/x"] = Page()
    assert check(checker, web.url("a.test", "/x"), "a.test") == Observation(F.MOVED, web.url("b.test", "/x"))


def test_removed_at_the_redirect_target(web: WebServer, checker: Checker) -> None:
    web.pages["a.test/x"] = leads_to(web.url("b.test", "/x"))
    assert check(checker, web.url("a.test", "/x"), "a.test") == Observation(F.GONE)


@pytest.mark.parametrize("home", ["/", "", "/index.html", "/sr/", "/en", "/home"])
def test_its_own_home_page_in_its_place(web: WebServer, checker: Checker, home: str) -> None:
    web.fallback = Page()
    web.pages["/a/204"] = leads_to(web.url("www.a.test", home))
    assert check(checker, web.url("a.test", "/a/204"), "a.test").result == F.PARKED


@pytest.mark.parametrize("path", ["/", "/?id=7"])
def test_a_home_page_that_was_reported(web: WebServer, checker: Checker, path: str) -> None:
    web.fallback = Page()
    web.pages["a.test" + path] = leads_to(web.url("www.a.test", path))
    assert check(checker, web.url("a.test", path), "a.test").result == F.AVAILABLE


@pytest.mark.parametrize("path", ["/login?next=/x", "/accounts/signin", "/prijava.php"])
def test_redirect_to_a_sign_in_page_is_inconclusive(web: WebServer, checker: Checker, path: str) -> None:
    web.fallback = Page()
    web.pages["/x"] = leads_to(path)
    assert check(checker, web.url("a.test", "/x"), "a.test") == Observation(F.INCONCLUSIVE)


@pytest.mark.parametrize("target", ["https://www.sedo.com/x", "https://dan.com/", "/cgi-sys/suspendedpage.cgi"])
def test_parking_targets_are_not_requested(web: WebServer, checker: Checker, names: DnsServer, target: str) -> None:
    web.pages["/x"] = leads_to(target)
    assert check(checker, web.url("a.test", "/x")) == Observation(F.PARKED)
    assert (len(web.requests), {name for name, *_ in names.queries}) == (1, {"a.test"})


@pytest.mark.parametrize("hops", [1, 5])
def test_so_many_redirects(web: WebServer, checker: Checker, hops: int) -> None:
    web.pages |= {f"/{hop}": leads_to(f"/{hop + 1}") for hop in range(hops)}
    web.pages[f"/{hops}"] = Page()
    assert check(checker, web.url("a.test", "/0"), "a.test").result == F.AVAILABLE


def test_one_too_many(web: WebServer, checker: Checker) -> None:
    web.pages |= {f"/{hop}": leads_to(f"/{hop + 1}") for hop in range(6)}
    web.pages["/6"] = Page()
    assert check(checker, web.url("a.test", "/0")) == Observation(F.INCONCLUSIVE)
    assert len(web.requests) == 6


def test_round_in_a_circle(web: WebServer, checker: Checker) -> None:
    web.pages["/x"] = leads_to("/x")
    assert check(checker, web.url("a.test", "/x")) == Observation(F.INCONCLUSIVE)


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "ftp://a.test/x",
        "gopher://a.test/",
        "https://",
        "http://[",
        "http://a.test:25/",
        "http://a.test:22/x",
        "//",
        "/" + "x" * 3000,
        "\x00",
        "http://a b/",
    ],
)
def test_unsafe_redirects_are_not_followed(web: WebServer, checker: Checker, target: str) -> None:
    web.pages["a.test/x"] = leads_to(target)
    assert check(checker, web.url("a.test", "/x")).result in {F.INCONCLUSIVE, F.GONE}
    assert {host for host, *_ in web.requests} == {f"a.test:{web.port}"}


@pytest.mark.parametrize(
    "address", ["", "no address", "ftp://a.test/x", "magnet:?xt=urn:btih:0", "http://", "x" * 5000]
)
def test_invalid_address_is_inconclusive(checker: Checker, address: str) -> None:
    assert check(checker, address) == Observation(F.INCONCLUSIVE)


# --- Private networks ---


@pytest.mark.parametrize(
    "host",
    [
        "inner.test",
        "lan.test",
        "mixed.test",
        "127.0.0.9",
        "2130706441",
        "0x7f.9",
        "0177.0.0.9",
        "10.0.0.7",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - asked for, not listened on
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.7]",
        "[::ffff:127.0.0.9]",
        "[64:ff9b::a00:7]",
        "[2002:a00:7::]",
        "[::10.0.0.7]",
        "[2001:db8::1]",
    ],
)
def test_a_redirect_into_a_private_network_is_not_followed(web: WebServer, checker: Checker, host: str) -> None:
    """A connection would fail the test: sockets reach only the loopback interface."""
    with WebServer(address="127.0.0.9") as inside:
        web.pages["/x"] = leads_to(f"http://{host}:{inside.port}/x")
        assert check(checker, web.url("a.test", "/x")) == Observation(F.PRIVATE)
        assert inside.requests == []


@pytest.mark.parametrize("host", ["lan.test", "localhost", "x.localhost", "127.0.0.1"])
def test_private_hosts_are_refused_at_first(names: DnsServer, host: str) -> None:
    assert check(make_checker(names, allowed=()), f"http://{host}/x") == Observation(F.PRIVATE)


def test_private_addresses_are_not_requested_unless_allowed(web: WebServer, names: DnsServer) -> None:
    assert check(make_checker(names, allowed=()), web.url("a.test", "/x")) == Observation(F.PRIVATE)
    assert web.requests == []


def test_a_name_server_that_answers_differently_the_second_time_gains_nothing(
    web: WebServer, checker: Checker, names: DnsServer
) -> None:
    """DNS rebinding: the connection uses the verified address, and the name is not resolved again."""
    web.pages["/x"] = Page()
    answers = iter([Name((LOOPBACK,)), Name((LOOPBACK,))])
    real = names.answer

    def rebind(packet: bytes, protocol: str) -> bytes | None:
        names.zone["a.test"] = next(answers, Name(("10.0.0.7",)))
        return real(packet, protocol)

    names.answer = rebind  # type: ignore[method-assign]
    assert check(checker, web.url("a.test", "/x")) == Observation(F.AVAILABLE)
    assert sorted(kind for _, kind, _ in names.queries) == ["A", "AAAA"]


# --- Names and connections ---


@pytest.mark.parametrize(
    ("host", "result"),
    [
        ("nowhere.test", F.UNREACHABLE),
        ("empty.test", F.UNREACHABLE),
        ("broken.test", F.INCONCLUSIVE),
        (f"{'x' * 64}.test", F.INCONCLUSIVE),
    ],
)
def test_names(checker: Checker, host: str, result: CheckResult) -> None:
    assert check(checker, f"http://{host}/x") == Observation(result)


def test_a_name_server_that_is_silent(names: DnsServer) -> None:
    assert check(make_checker(names, lifetime=0.3), "http://silent.test/x") == Observation(F.INCONCLUSIVE)


def test_refused_connection_is_unreachable(checker: Checker) -> None:
    with unused_port() as port:
        assert check(checker, f"http://a.test:{port}/x") == Observation(F.UNREACHABLE)


def test_an_unreachable_later_hop_is_inconclusive(web: WebServer, checker: Checker) -> None:
    web.pages["/x"] = leads_to("http://nowhere.test/x")
    assert check(checker, web.url("a.test", "/x")) == Observation(F.INCONCLUSIVE)


def test_six(names: DnsServer) -> None:
    with WebServer(address="::1") as web:
        web.pages["/x"] = Page()
        assert check(make_checker(names), web.url("six.test", "/x")) == Observation(F.AVAILABLE)
        assert check(make_checker(names), web.url("[::1]", "/x")) == Observation(F.AVAILABLE)
        assert [host for host, *_ in web.requests] == [f"six.test:{web.port}", f"[::1]:{web.port}"]


def test_the_next_address_where_the_first_does_not_answer(names: DnsServer, web: WebServer) -> None:
    web.pages["/x"] = Page()
    names.zone["two.test"] = Name((LOOPBACK, "::1"))
    with WebServer(address="::1") as six:
        six.pages["/x"] = Page()
        names.zone["two.test"] = Name(("::1", LOOPBACK))
        assert check(make_checker(names), six.url("two.test", "/x")) == Observation(F.AVAILABLE)
        assert (len(six.requests), len(web.requests)) == (1, 0)


# --- TLS ---


def test_tls(names: DnsServer, certificate: Certificate) -> None:
    with WebServer(certificate) as web:
        web.pages["/x"] = Page()
        assert check(make_checker(names, certificate=certificate), web.url("a.test", "/x")) == Observation(F.AVAILABLE)


@pytest.mark.parametrize("wrong", ["unknown authority", "another name", "expired", "no TLS", "hangs"])
def test_broken_tls_is_no_answer(
    names: DnsServer,
    certificate: Certificate,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
    wrong: str,
) -> None:
    if wrong == "hangs":
        request.getfixturevalue("little_patience")
    expired = make_certificate(tmp_path_factory.mktemp("old"), host="a.test", expired=True)
    trusted = {"unknown authority": None, "expired": expired}.get(wrong, certificate)
    host = "b.test" if wrong == "another name" else "a.test"
    served = {"expired": expired, "no TLS": None, "hangs": None}.get(wrong, certificate)
    with WebServer(served) as web:
        web.fallback = Page(manner="hang") if wrong == "hangs" else Page()
        address = web.url(host, "/x").replace("http:", "https:")
        assert check(make_checker(names, certificate=trusted), address) == Observation(F.INCONCLUSIVE)
        assert web.requests == [] or served is None


# --- Proxies ---


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_through_a_proxy(names: DnsServer, certificate: Certificate, scheme: str) -> None:
    """The proxy gets the verified address, and TLS uses the name."""
    names.zone["a.test"] = Name(("192.31.196.7",))
    with WebServer(certificate) as web, Proxy(scheme, {443: web.port}) as proxy:
        web.pages["/x"] = Page()
        checker = make_checker(names, certificate=certificate, proxy=proxy.url)
        assert check(checker, "https://a.test/x") == Observation(F.AVAILABLE)
        assert (proxy.targets, [host for host, *_ in web.requests]) == ([("192.31.196.7", 443)], ["a.test"])


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_is_no_way_into_a_private_network(names: DnsServer, scheme: str) -> None:
    with Proxy(scheme) as proxy:
        assert check(make_checker(names, proxy=proxy.url), "http://lan.test/x") == Observation(F.PRIVATE)
        assert proxy.targets == []


@pytest.mark.parametrize(
    ("scheme", "refusal", "result"),
    [
        ("http", 502, F.UNREACHABLE),
        ("http", 504, F.UNREACHABLE),
        ("http", 403, F.INCONCLUSIVE),
        ("http", 407, F.INCONCLUSIVE),
        ("socks5", 4, F.UNREACHABLE),
        ("socks5", 5, F.UNREACHABLE),
        ("socks5", 1, F.INCONCLUSIVE),
        ("socks5", 2, F.INCONCLUSIVE),
    ],
)
def test_refusals_of_a_proxy(names: DnsServer, scheme: str, refusal: int, result: CheckResult) -> None:
    with Proxy(scheme, refusal=refusal) as proxy:
        assert check(make_checker(names, proxy=proxy.url), "http://a.test/x") == Observation(result)


@pytest.mark.usefixtures("little_patience")
@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_an_unreachable_or_silent_proxy_is_inconclusive(names: DnsServer, scheme: str) -> None:
    with unused_port() as port:
        assert check(make_checker(names, proxy=f"{scheme}://127.0.0.1:{port}"), "http://a.test/x") == Observation(
            F.INCONCLUSIVE
        )
    with Proxy(scheme, silent=True) as proxy:
        assert check(make_checker(names, proxy=proxy.url), "http://a.test/x").result in {F.INCONCLUSIVE, F.SERVER_ERROR}


def test_a_proxy_that_wants_a_name(names: DnsServer, web: WebServer) -> None:
    web.pages["/x"] = Page()
    with Proxy("socks5", {80: web.port}, login=("net", "secret")) as proxy:
        assert check(make_checker(names, proxy=proxy.url), "http://a.test/x") == Observation(F.AVAILABLE)
        wrong = proxy.url.replace("secret", "guess")
        assert check(make_checker(names, proxy=wrong), "http://a.test/x") == Observation(F.INCONCLUSIVE)
        nameless = proxy.url.replace("net:secret@", "")
        assert check(make_checker(names, proxy=nameless), "http://a.test/x") == Observation(F.INCONCLUSIVE)


ONION = f"{'a' * 56}.onion"


def test_onion_services_are_named_to_a_socks_proxy(names: DnsServer, web: WebServer) -> None:
    web.pages["/x"] = Page()
    with Proxy("socks5", {80: web.port}) as proxy:
        assert check(make_checker(names, proxy=proxy.url), f"http://{ONION}/x") == Observation(F.AVAILABLE)
        assert (proxy.targets, names.queries) == ([(ONION, 80)], [])


@pytest.mark.parametrize("scheme", ["", "http"])
def test_onion_address_without_socks_proxy_is_not_requested(names: DnsServer, scheme: str) -> None:
    with Proxy("http") as proxy:
        checker = make_checker(names, proxy=proxy.url if scheme else "")
        assert check(checker, f"http://{ONION}/x") == Observation(F.INCONCLUSIVE)
        assert (proxy.targets, names.queries) == ([], [])


# --- What remains ---


def test_served_content_is_not_logged(
    web: WebServer, checker: Checker, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    web.pages["/x"] = Page(body=b"<html><title>MARKER</title>" + b"MARKER " * 100, headers={"X-Other": "Value"})
    assert check(checker, web.url("a.test", "/x")) == Observation(F.AVAILABLE)
    assert "MARKER" not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.test", "https://a.test/"),
        ("HTTPS://A.test.:443/x#y", "https://a.test/x"),
        ("http://u:p@a.test:8080/x?y", "http://a.test:8080/x?y"),
        ("http://[2001:DB8:0::1]/", "http://[2001:db8::1]/"),
        ("https://пример.срб/х", "https://xn--e1afmkfd.xn--90a3ac/%D1%85"),
    ],
)
def test_addresses_in_their_parts(address: str, expected: str) -> None:
    assert str(parse(address)) == expected
