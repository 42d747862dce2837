"""Resolves hosts with the configured name servers. Queries no other servers."""

import asyncio
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.resolver
from dns.rdatatype import AAAA, A, RdataType

from hotline.models import LookupProblem

# A name may have thousands of addresses; only the first ones are stored.
MAX_ADDRESSES = 16
MAX_ALIASES = 16
# Seconds for a host.
LIFETIME = 3.0
DNS_PORT = 53
# Answers of this size are never fragmented (https://dnsflagday.net/2020/).
PAYLOAD = 1232


@dataclass(frozen=True)
class Resolution:
    """Result for a host: at most `MAX_ADDRESSES` of `count` addresses in normal form, IPv4 first.

    `aliases` are the CNAME targets in order. `problem` is set if there is no address.
    """

    addresses: tuple[str, ...] = ()
    count: int = 0
    aliases: tuple[str, ...] = ()
    problem: LookupProblem | None = None


@dataclass(frozen=True)
class _Answer:
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    problem: LookupProblem | None = None


@dataclass
class Resolver:
    """`servers` are `address:port`; empty: those of the machine. A host takes at most `lifetime` seconds."""

    servers: Sequence[str]
    lifetime: float = field(default_factory=lambda: LIFETIME)
    _client: dns.asyncresolver.Resolver | None = field(init=False)

    def __post_init__(self) -> None:
        try:
            client = dns.asyncresolver.Resolver(configure=not self.servers)
        except dns.resolver.NoResolverConfiguration:
            self._client = None
            return
        if self.servers:
            client.nameservers = [dns.nameserver.Do53Nameserver(*parse_server(server)) for server in self.servers]
        client.lifetime = self.lifetime
        # Leaves time for one retry after a lost datagram.
        client.timeout = self.lifetime / 2.5
        client.use_edns(0, payload=PAYLOAD)
        client.search = []
        self._client = client

    def resolve(self, names: Iterable[str]) -> Mapping[str, Resolution]:
        """Resolve all names concurrently, in about `lifetime` seconds at most. Never raises."""
        return asyncio.run(self._resolve_all(list(dict.fromkeys(names))))

    async def _resolve_all(self, names: list[str]) -> dict[str, Resolution]:
        return dict(zip(names, await asyncio.gather(*map(self.resolve_one, names)), strict=True))

    async def resolve_one(self, name: str) -> Resolution:
        """Resolve one name in the caller's event loop."""
        literal = address_literal(name)
        if literal:
            return Resolution((literal,), 1)
        if name == "localhost" or name.endswith(".localhost"):  # never queried (RFC 6761, 6.3)
            return Resolution(("127.0.0.1",), 1)
        try:
            question = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError):
            return Resolution(problem=LookupProblem.BAD_NAME)
        if name.endswith(".onion"):  # never queried (RFC 7686)
            return Resolution(problem=LookupProblem.BAD_NAME)
        if self._client is None:
            return Resolution(problem=LookupProblem.NO_RESOLVER)
        return _merge(*await asyncio.gather(self._ask(question, A), self._ask(question, AAAA)))

    async def _ask(self, question: dns.name.Name, kind: RdataType) -> _Answer:
        assert self._client is not None  # noqa: S101 - for the type checker
        try:
            answer = await self._client.resolve(question, kind, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN as error:
            return _Answer(aliases=_aliases(error.kwargs["responses"][question]), problem=LookupProblem.NXDOMAIN)
        except dns.resolver.LifetimeTimeout:
            return _Answer(problem=LookupProblem.TIMEOUT)
        except dns.resolver.NoNameservers as error:
            return _Answer(problem=_problem_of(error.kwargs["errors"]))
        except (dns.exception.DNSException, OSError, ValueError):
            return _Answer(problem=LookupProblem.MALFORMED)
        found = tuple(dict.fromkeys(record.to_text() for record in answer.rrset or ()))
        return _Answer(found, _aliases(answer.response), None if found else LookupProblem.NO_ADDRESS)


def parse_server(server: str) -> tuple[str, int]:
    """Parse `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353` or `2001:db8::53` into address and port. Raises ValueError."""
    address, port = server, str(DNS_PORT)
    if server.startswith("["):
        address, _, rest = server[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif server.count(":") == 1:
        address, _, port = server.partition(":")
    if not (port.isdecimal() and 0 < int(port) < 2**16):
        raise ValueError(f"{port!r} is no port")
    return str(ipaddress.ip_address(address)), int(port)


def address_literal(host: str) -> str:
    """Return the normal form of a host that is an IP address; empty for a name."""
    try:
        return str(ipaddress.ip_address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        return ""


def _merge(four: _Answer, six: _Answer) -> Resolution:
    found = four.addresses + six.addresses
    aliases = max(four.aliases, six.aliases, key=len)
    if found:
        return Resolution(found[:MAX_ADDRESSES], len(found), aliases)
    # A missing IPv4 address counts only if the IPv6 query was answered.
    problem = six.problem if four.problem == LookupProblem.NO_ADDRESS else four.problem
    return Resolution(aliases=aliases, problem=problem)


def _aliases(response: dns.message.QueryMessage) -> tuple[str, ...]:
    cnames = response.resolve_chaining().cnames
    return tuple(cname[0].target.to_text(omit_final_dot=True).lower() for cname in cnames)[:MAX_ALIASES]


def _problem_of(errors: Sequence[tuple[str, bool, int, Exception | str, object]]) -> LookupProblem:
    """Return the problem of the last queried server; `errors` come from dnspython."""
    cause = errors[-1][3] if errors else "SERVFAIL"
    if isinstance(cause, dns.message.ChainTooLong):
        return LookupProblem.LOOP
    if isinstance(cause, OSError):
        return LookupProblem.UNREACHABLE
    if isinstance(cause, Exception):
        return LookupProblem.MALFORMED
    return LookupProblem.SERVFAIL if cause == "SERVFAIL" else LookupProblem.REFUSED
