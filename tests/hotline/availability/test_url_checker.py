"""Checks of an address against servers that answer, redirect, misbehave or lie."""

import gzip
import zlib

import pytest

from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.dns import DnsServer, Name
from clicksafely.devserver.mock_services.web import Page, Proxy, WebServer, bomb, leads_to, unused_port
from hotline.availability import guarded_http, url_checker
from hotline.availability.url_checker import Checker, Observation
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
        (204, F.AVAILABLE),
        (404, F.GONE),
        (410, F.GONE),
        (403, F.BLOCKED),
        (451, F.BLOCKED),
        (401, F.INCONCLUSIVE),
        (302, F.INCONCLUSIVE),
        (429, F.SERVER_ERROR),
        (500, F.SERVER_ERROR),
        (599, F.SERVER_ERROR),
    ],
)
def test_status(web: WebServer, checker: Checker, status: int, result: CheckResult) -> None:
    web.pages["/x"] = Page(status, b"" if status in {204, 304} else b"words")
    assert check(checker, web.url("a.test", "/x")) == Observation(result)


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


@pytest.mark.parametrize(
    "page",
    [Page(kind="image/jpeg", manner="endless"), Page(kind="", manner="endless"), Page(manner="endless")],
    ids=["picture", "no type", "page"],
)
def test_only_the_beginning_of_pages_is_read(web: WebServer, checker: Checker, page: Page) -> None:
    web.pages["/x"] = page
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


@pytest.mark.parametrize("encoding", ["gzip", "br", "\xff"])
def test_undecodable_body_is_not_counted_as_removed(web: WebServer, checker: Checker, encoding: str) -> None:
    web.pages["/x"] = Page(body=b"no such thing", headers={"Content-Encoding": encoding})
    assert check(checker, web.url("a.test", "/x")).result in {F.AVAILABLE, F.INCONCLUSIVE}


@pytest.mark.usefixtures("little_patience")
@pytest.mark.parametrize("manner", ["hang", "hang_head", "drip"])
def test_servers_that_never_finish(web: WebServer, checker: Checker, manner: str) -> None:
    web.pages["/x"] = Page(manner=manner)
    assert check(checker, web.url("a.test", "/x")) == Observation(F.SERVER_ERROR)


@pytest.mark.parametrize(
    ("page", "result"),
    [
        (Page(403, headers={"cf-mitigated": "challenge"}), F.INCONCLUSIVE),
        (Page(manner="drop"), F.INCONCLUSIVE),
        (Page(manner="garbage"), F.INCONCLUSIVE),
        (Page(manner="headers"), F.INCONCLUSIVE),
        (Page(manner="many"), F.AVAILABLE),
    ],
    ids=["challenge for robots", "drop", "garbage", "headers", "many"],
)
def test_servers_that_misbehave(web: WebServer, checker: Checker, page: Page, result: CheckResult) -> None:
    web.pages["/x"] = page
    assert check(checker, web.url("a.test", "/x")) == Observation(result)


# --- Where it leads ---


@pytest.mark.parametrize(
    ("host", "status", "result"),
    [("www.a.test", 200, F.AVAILABLE), ("b.test", 200, F.MOVED), ("b.test", 404, F.GONE)],
)
def test_a_redirect_within_the_site_or_to_another_one(
    web: WebServer, checker: Checker, host: str, status: int, result: CheckResult
) -> None:
    target = web.url(host, "/new/x")
    web.pages |= {"/x": leads_to(target, 301), "/new/x": Page(status)}
    found = check(checker, web.url("a.test", "/x"), "a.test")
    assert found == Observation(result, "" if result == F.GONE else target)


@pytest.mark.parametrize(
    ("path", "home", "result"),
    [
        ("/a/204", "/", F.PARKED),
        ("/a/204", "", F.PARKED),
        ("/a/204", "/index.html", F.PARKED),
        ("/a/204", "/sr/", F.PARKED),
        ("/", "/", F.AVAILABLE),
        ("/?id=7", "/?id=7", F.AVAILABLE),
    ],
)
def test_its_own_home_page_in_its_place(
    web: WebServer, checker: Checker, path: str, home: str, result: CheckResult
) -> None:
    web.fallback = Page()
    web.pages[f"a.test{path}"] = leads_to(web.url("www.a.test", home))
    assert check(checker, web.url("a.test", path), "a.test").result == result


@pytest.mark.parametrize("path", ["/login?next=/x", "/prijava.php"])
def test_redirect_to_a_sign_in_page_is_inconclusive(web: WebServer, checker: Checker, path: str) -> None:
    web.fallback = Page()
    web.pages["/x"] = leads_to(path)
    assert check(checker, web.url("a.test", "/x"), "a.test") == Observation(F.INCONCLUSIVE)


@pytest.mark.parametrize("target", ["https://www.sedo.com/x", "https://dan.com/", "/cgi-sys/suspendedpage.cgi"])
def test_parking_targets_are_not_requested(web: WebServer, checker: Checker, names: DnsServer, target: str) -> None:
    web.pages["/x"] = leads_to(target)
    assert check(checker, web.url("a.test", "/x")) == Observation(F.PARKED)
    assert (len(web.requests), {name for name, *_ in names.queries}) == (1, {"a.test"})


@pytest.mark.parametrize(("hops", "result"), [(5, F.AVAILABLE), (6, F.INCONCLUSIVE)])
def test_five_redirects_are_followed(web: WebServer, checker: Checker, hops: int, result: CheckResult) -> None:
    web.pages |= {f"/{hop}": leads_to(f"/{hop + 1}") for hop in range(hops)}
    web.pages[f"/{hops}"] = Page()
    assert check(checker, web.url("a.test", "/0"), "a.test").result == result
    assert len(web.requests) == 6


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://a.test/x",
        "https://",
        "http://[",
        "http://a.test:25/",
        "/" + "x" * 3000,
        "\x00",
        "http://a b/",
    ],
)
def test_unsafe_redirects_are_not_followed(web: WebServer, checker: Checker, target: str) -> None:
    web.pages["a.test/x"] = leads_to(target)
    assert check(checker, web.url("a.test", "/x")).result in {F.INCONCLUSIVE, F.GONE}
    assert {host for host, *_ in web.requests} == {f"a.test:{web.port}"}


@pytest.mark.parametrize("address", ["", "no address", "ftp://a.test/x", "x" * 5000])
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
        "0177.0.0.9",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - asked for, not listened on
        "255.255.255.255",
        "[::]",
        "[fd00::1]",
        "[::ffff:127.0.0.9]",
        "[64:ff9b::a00:7]",
        "[2002:a00:7::]",
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


def test_refused_connection_is_unreachable(checker: Checker) -> None:
    with unused_port() as port:
        assert check(checker, f"http://a.test:{port}/x") == Observation(F.UNREACHABLE)


def test_an_unreachable_later_hop_is_inconclusive(web: WebServer, checker: Checker) -> None:
    web.pages["/x"] = leads_to("http://nowhere.test/x")
    assert check(checker, web.url("a.test", "/x")) == Observation(F.INCONCLUSIVE)


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
    if wrong in {"no TLS", "hangs"}:
        request.getfixturevalue("little_patience")
    if wrong == "expired":
        certificate = make_certificate(tmp_path_factory.mktemp("old"), host="a.test", expired=True)
    trusted = None if wrong == "unknown authority" else certificate
    host = "b.test" if wrong == "another name" else "a.test"
    served = None if wrong in {"no TLS", "hangs"} else certificate
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
        ("socks5", 4, F.UNREACHABLE),
        ("socks5", 5, F.UNREACHABLE),
        ("socks5", 1, F.INCONCLUSIVE),
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
