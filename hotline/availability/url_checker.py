"""Checks whether an address is available. Responses are evaluated in memory and never stored, logged or shown (ADR 0015)."""

import asyncio
import ipaddress
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import ada_url
import httpcore2
from django.conf import settings

from clicksafely.common.http.public_addresses import Network
from hotline.availability.guarded_http import GuardedBackend, NotConnected
from hotline.availability.parked_pages import is_home_page, is_parking_place, looks_parked, unpack
from hotline.hosting.resolver import Resolver, address_literal
from hotline.models import CheckResult

# A common browser, so that servers do not recognise a hotline.
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

# Limit of bytes read, of HTML pages only; pictures and videos are never read.
MAX_READ = 16 * 1024
MAX_REDIRECTS = 5
MAX_LOCATION_LENGTH = 2048
READ_SECONDS = 8.0
# Time limit including redirects, against servers that send slowly.
SECONDS = 25.0
_PAGES = ("text/html", "application/xhtml+xml")
_REDIRECTS = (301, 302, 303, 307, 308)
_SIGN_IN = frozenset({"login", "log-in", "signin", "sign-in", "auth", "checkpoint", "prijava", "prijavi-se", "consent"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Observation(NamedTuple):
    """Result of a check; `leads_to` is the final address after redirects, empty without redirects."""

    result: CheckResult
    leads_to: str = ""


class WebAddress(NamedTuple):
    """Parts of a web address; `host` is ASCII, an IPv6 address without brackets."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    head: bytes


@dataclass(frozen=True)
class Checker:
    """Requests pages like a browser without cookies, through `backend` only. `tls` holds the trusted authorities."""

    backend: GuardedBackend
    user_agent: str
    tls: ssl.SSLContext

    @classmethod
    def from_settings(cls) -> "Checker":
        """Return a checker with the AVAILABILITY_... settings and DNS_RESOLVERS."""
        return cls(
            GuardedBackend(
                Resolver(settings.DNS_RESOLVERS),
                settings.AVAILABILITY_PROXY,
                allowed_networks(settings.AVAILABILITY_ALLOW_NETWORKS),
            ),
            USER_AGENT,
            ssl.create_default_context(),
        )

    def check_all(self, addresses: Iterable[tuple[str, str]]) -> list[Observation]:
        """Check pairs (address, registrable domain) concurrently, in about `SECONDS` at most. Never raises."""

        async def together() -> list[Observation]:
            return await asyncio.gather(*(self.check(*each) for each in addresses))

        return asyncio.run(together())

    async def check(self, address: str, site: str = "") -> Observation:
        """Check one address. Hosts at or below `site`, its registrable domain, count as one site. Never raises."""
        first = parse(address)
        if first is None:
            return Observation(CheckResult.INCONCLUSIVE)
        try:
            async with asyncio.timeout(SECONDS):
                return await self._follow(first, site or first.host)
        except NotConnected as error:
            return Observation(error.result)
        # Errors after the server accepted the connection. Only the TLS handshake can still fail to connect.
        except (
            httpcore2.ConnectError,
            httpcore2.ConnectTimeout,
            httpcore2.ProtocolError,
            httpcore2.UnsupportedProtocol,
        ):
            return Observation(CheckResult.INCONCLUSIVE)
        except (TimeoutError, httpcore2.TimeoutException, httpcore2.NetworkError):
            return Observation(CheckResult.SERVER_ERROR)

    async def _follow(self, first: WebAddress, site: str) -> Observation:
        place = first
        for _hop in range(MAX_REDIRECTS + 1):
            try:
                answer = await self._ask(place)
            except NotConnected as error:
                if place is first or error.result == CheckResult.PRIVATE:
                    raise
                # The site answers, but its redirect target does not: inconclusive.
                return Observation(CheckResult.INCONCLUSIVE)
            if answer.status not in _REDIRECTS:
                return _judge(first, place, site, answer)
            onward = parse(answer.headers.get("location", ""), base=str(place))
            if onward is None or not _is_web_port(onward.port, first.port):
                return Observation(CheckResult.INCONCLUSIVE)
            if is_parking_place(onward.host, onward.path):
                return Observation(CheckResult.PARKED)
            place = onward
        return Observation(CheckResult.INCONCLUSIVE)

    async def _ask(self, place: WebAddress) -> _Answer:
        url = httpcore2.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
        headers = {
            "Host": place.authority,
            "User-Agent": self.user_agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "en,*;q=0.5",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        timeout = {"connect": READ_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS, "pool": READ_SECONDS}
        pool = httpcore2.AsyncConnectionPool(ssl_context=self.tls, network_backend=self.backend, http2=False)
        async with (
            pool,
            pool.stream("GET", url, headers=list(headers.items()), extensions={"timeout": timeout}) as response,
        ):
            fields = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            kind = fields.get("content-type", "").partition(";")[0].strip().lower()
            readable = response.status == 200 and kind in _PAGES
            return _Answer(response.status, fields, await _beginning(response) if readable else b"")


def allowed_networks(networks: Iterable[str]) -> Sequence[Network]:
    """AVAILABILITY_ALLOW_NETWORKS, parsed. Raises ValueError."""
    return tuple(ipaddress.ip_network(network) for network in networks)


def parse(address: str, *, base: str = "") -> WebAddress | None:
    """Parse a web address (WHATWG URL) without fragment, user name and password; None for other or too long addresses."""
    if not address or len(address) > MAX_LOCATION_LENGTH:
        return None
    try:
        url = ada_url.URL(address, base=base or None)
    except ValueError:
        return None
    scheme = url.protocol.removesuffix(":")
    if scheme not in _DEFAULT_PORTS or not url.hostname:
        return None
    host = address_literal(url.hostname) or url.hostname.removesuffix(".")
    port = int(url.port) if url.port else _DEFAULT_PORTS[scheme]
    return WebAddress(scheme, host, port, url.pathname or "/", url.search.removeprefix("?"))


def _is_web_port(port: int, first: int) -> bool:
    """Return whether the port is allowed. A redirect must not reach a mail server."""
    return port in {80, 443, first} or port >= 1024


async def _beginning(response: httpcore2.Response) -> bytes:
    head = b""
    async for chunk in response.aiter_stream():
        head += chunk
        if len(head) >= MAX_READ:
            break
    encoding = {name.lower(): value for name, value in response.headers}.get(b"content-encoding", b"")
    return unpack(head[:MAX_READ], encoding.decode("latin-1").strip().lower())


def _judge(first: WebAddress, last: WebAddress, site: str, answer: _Answer) -> Observation:
    """Return the result for the final response."""
    status = answer.status
    if status in {404, 410}:
        return Observation(CheckResult.GONE)
    if status == 451 or (status == 403 and "cf-mitigated" not in answer.headers):
        return Observation(CheckResult.BLOCKED)
    if status == 429 or status >= 500:
        return Observation(CheckResult.SERVER_ERROR)
    if not 200 <= status < 300 or (last != first and _asks_to_sign_in(last) and not _asks_to_sign_in(first)):
        return Observation(CheckResult.INCONCLUSIVE)
    if looks_parked(answer.head):
        return Observation(CheckResult.PARKED)
    leads_to = str(last) if last != first else ""
    if not _is_within(last.host, site):
        return Observation(CheckResult.MOVED, leads_to)
    if is_home_page(last.path, last.query) and not is_home_page(first.path, first.query):
        return Observation(CheckResult.PARKED, leads_to)
    return Observation(CheckResult.AVAILABLE, leads_to)


def _asks_to_sign_in(place: WebAddress) -> bool:
    return not _SIGN_IN.isdisjoint(part.partition(".")[0] for part in place.path.lower().split("/"))


def _is_within(host: str, site: str) -> bool:
    return host == site or host.endswith(f".{site}")
