"""Asks the configured name servers for the addresses of hosts. Nothing else of the outside world is ever asked."""

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

# Nobody reads more; a name may have thousands.
MOST_ADDRESSES = 16
MOST_ALIASES = 16
DNS_PORT = 53
# A resolver's answer of this size goes through every network in one piece (https://dnsflagday.net/2020/).
PAYLOAD = 1232


@dataclass(frozen=True)
class Resolution:
    """What the name servers said of a host: at most `MOST_ADDRESSES` of `count` addresses, IPv4 first, each in its normal spelling.

    `aliases` are the names that the host leads through (CNAME), in their order. `problem` is set where there is no address.
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
    """`servers` are `host:port`, host an address; none: those of the machine. A host takes `lifetime` seconds at most."""

    servers: Sequence[str]
    lifetime: float
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
        # One lost datagram is asked for again within the lifetime.
        client.timeout = self.lifetime / 2.5
        client.use_edns(0, payload=PAYLOAD)
        client.search = []
        self._client = client

    def resolve(self, names: Iterable[str]) -> Mapping[str, Resolution]:
        """All of them at once; takes about `lifetime` seconds at most, however many they are. Raises nothing."""
        return asyncio.run(self._resolve_all(list(dict.fromkeys(names))))

    async def _resolve_all(self, names: list[str]) -> dict[str, Resolution]:
        return dict(zip(names, await asyncio.gather(*map(self.resolve_one, names)), strict=True))

    async def resolve_one(self, name: str) -> Resolution:
        """One of them, in the caller's loop."""
        literal = address_literal(name)
        if literal:
            return Resolution((literal,), 1)
        if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, 6.3: never asked for
            return Resolution(("127.0.0.1",), 1)
        try:
            question = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError):
            return Resolution(problem=LookupProblem.BAD_NAME)
        if name.endswith(".onion"):  # RFC 7686: never asked for
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
    """`192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353` or `2001:db8::53` as address and port. Raises ValueError for all else."""
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
    """The address that a host of an item is, in its normal spelling; empty where it is a name."""
    try:
        return str(ipaddress.ip_address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        return ""


def _merge(four: _Answer, six: _Answer) -> Resolution:
    found = four.addresses + six.addresses
    aliases = max(four.aliases, six.aliases, key=len)
    if found:
        return Resolution(found[:MOST_ADDRESSES], len(found), aliases)
    # No IPv4 address is no problem where the other question was not answered at all.
    problem = six.problem if four.problem == LookupProblem.NO_ADDRESS else four.problem
    return Resolution(aliases=aliases, problem=problem)


def _aliases(response: dns.message.QueryMessage) -> tuple[str, ...]:
    cnames = response.resolve_chaining().cnames
    return tuple(cname[0].target.to_text(omit_final_dot=True).lower() for cname in cnames)[:MOST_ALIASES]


def _problem_of(errors: Sequence[tuple[str, bool, int, Exception | str, object]]) -> LookupProblem:
    """The problem of the server that was asked last; `errors` as dnspython lists them."""
    cause = errors[-1][3] if errors else "SERVFAIL"
    if isinstance(cause, dns.message.ChainTooLong):
        return LookupProblem.LOOP
    if isinstance(cause, OSError):
        return LookupProblem.UNREACHABLE
    if isinstance(cause, Exception):
        return LookupProblem.MALFORMED
    return LookupProblem.SERVFAIL if cause == "SERVFAIL" else LookupProblem.REFUSED
