"""Correct, slow, silent and faulty name servers, over real sockets."""

from collections.abc import Iterator

import dns.resolver
import pytest

from clicksafely.devserver.mock_services.dns import DnsServer, Name, running_dns
from hotline.hosting.resolver import MAX_ADDRESSES, Resolution, Resolver, parse_server
from hotline.models import LookupProblem

# Short for silent servers only: on a slow machine, servers that answer need more time.
IN_VAIN, PARTLY, LIFETIME = 0.5, 4, 10
ZONE = {
    "both.test": Name(("192.0.2.1", "2001:db8::1")),
    "www.test": Name(alias="edge.test"),
    "edge.test": Name(alias="both.test"),
    "circle.test": Name(alias="back.test"),
    "back.test": Name(alias="circle.test"),
    "dangling.test": Name(alias="gone.test"),
    "empty.test": Name(),
    "servfail.test": Name(rcode="SERVFAIL"),
    "refused.test": Name(rcode="REFUSED"),
    "silent.test": Name(silent=True),
    "garbage.test": Name(garbage=True),
    "long.test": Name(("192.0.2.9",), truncated=True),
    "thousands.test": Name(count=3000),
    "endless.test": Name(count=10_000),
    "under_score.test": Name(("192.0.2.3",)),
}
P = LookupProblem


@pytest.fixture(scope="module")
def server() -> Iterator[DnsServer]:
    with running_dns(ZONE) as running:
        yield running


def lookup(server: DnsServer, name: str, *, lifetime: float = LIFETIME) -> Resolution:
    return Resolver([server.address], lifetime).resolve([name])[name]


@pytest.mark.parametrize(
    ("name", "addresses", "aliases"),
    [
        ("both.test", ("192.0.2.1", "2001:db8::1"), ()),
        ("www.test", ("192.0.2.1", "2001:db8::1"), ("edge.test", "both.test")),
        ("under_score.test", ("192.0.2.3",), ()),
        ("long.test", ("192.0.2.9",), ()),
    ],
)
def test_addresses_of_both_families_and_the_names_on_the_way(
    server: DnsServer, name: str, addresses: tuple[str, ...], aliases: tuple[str, ...]
) -> None:
    assert lookup(server, name) == Resolution(addresses, len(addresses), aliases)


def test_truncated_response_is_repeated_over_tcp(server: DnsServer) -> None:
    before = len(server.queries)
    lookup(server, "long.test")
    protocols = sorted(protocol for name, _, protocol in server.queries[before:])
    assert protocols == ["tcp", "tcp", "udp", "udp"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nowhere.test", P.NXDOMAIN),
        ("dangling.test", P.NXDOMAIN),
        ("empty.test", P.NO_ADDRESS),
        ("servfail.test", P.SERVFAIL),
        ("refused.test", P.REFUSED),
        ("circle.test", P.LOOP),
        ("silent.test", P.TIMEOUT),
        # UDP packets can be forged, so garbage counts as no answer.
        ("garbage.test", P.TIMEOUT),
        (f"{'x' * 64}.test", P.BAD_NAME),
    ],
)
def test_every_failure_has_a_code(server: DnsServer, name: str, problem: LookupProblem) -> None:
    assert lookup(server, name, lifetime=IN_VAIN if problem == P.TIMEOUT else LIFETIME).problem == problem


def test_addresses_are_capped_and_all_are_counted(server: DnsServer) -> None:
    found = lookup(server, "thousands.test")
    assert (len(found.addresses), found.problem) == (MAX_ADDRESSES, None)
    assert found.count >= 3000
    # More than a message holds.
    assert lookup(server, "endless.test").problem == P.MALFORMED


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("a.localhost", "127.0.0.1"),
    ],
)
def test_addresses_and_local_names_are_never_queried(server: DnsServer, host: str, address: str) -> None:
    before = len(server.queries)
    assert lookup(server, host) == Resolution((address,), 1)
    assert lookup(server, f"{'b' * 56}.onion").problem == P.BAD_NAME
    assert len(server.queries) == before


def test_a_lost_packet_is_sent_again(server: DnsServer) -> None:
    with running_dns({"once.test": Name(("192.0.2.1",))}) as flaky:
        flaky.lose = 2  # the first question of either family
        assert lookup(flaky, "once.test", lifetime=PARTLY).addresses == ("192.0.2.1",)


def test_a_machine_without_name_servers_has_a_code_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def unconfigured(self: object, *arguments: object, **names: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.BaseResolver, "read_resolv_conf", unconfigured)
    assert Resolver([], LIFETIME).resolve(["both.test"])["both.test"].problem == P.NO_RESOLVER


@pytest.mark.parametrize(
    ("server", "parsed"),
    [
        ("192.0.2.53:5353", ("192.0.2.53", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_name_servers_are_written_in_the_usual_ways(server: str, parsed: tuple[str, int]) -> None:
    assert parse_server(server) == parsed


@pytest.mark.parametrize("server", ["", "dns.example.org", "192.0.2.53:0", "192.0.2.53:70000", "[::1]x"])
def test_invalid_name_server_is_refused(server: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_server(server)
