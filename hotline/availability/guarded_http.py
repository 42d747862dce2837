"""HTTP connections of availability checks, to public addresses only; each address is verified just before use."""

import errno
import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import httpcore2

from clicksafely.common.http.public_addresses import Network, is_public
from hotline.hosting.resolver import Resolver
from hotline.models import CheckResult, LookupProblem

# Addresses of a host that are tried in turn.
MAX_ATTEMPTS = 3
CONNECT_SECONDS = 5.0
MAX_PROXY_RESPONSE_BYTES = 8192
PROXY_SCHEMES = ("http", "socks5", "socks5h")
# A name that does not exist is a finding. A failing name server may be a local problem.
_NOT_THERE = (LookupProblem.NXDOMAIN, LookupProblem.NO_ADDRESS)
_NO_WAY_OUT = (errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
# Replies about the destination (RFC 1928, 6). All other replies are errors of the SOCKS server itself.
_SOCKS_FAR = (4, 5, 6)
# The proxy could not reach the destination (RFC 9110, 15.6).
_HTTP_FAR = (502, 503, 504)


class NotConnected(Exception):
    """No connection was made; `result` is the result of the check."""

    def __init__(self, result: CheckResult) -> None:
        super().__init__(result.value)
        self.result = result


@dataclass
class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """`allowed` are private networks that may be requested, for tests and demonstrations. `proxy` is a URL or empty."""

    resolver: Resolver
    proxy: str = ""
    allowed: Sequence[Network] = ()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Return a connection to `host`. Raises NotConnected.

        Names are resolved here, and the connection uses the verified address, directly or through a proxy. This
        prevents DNS rebinding. Only onion names are sent to the proxy, which alone can resolve them.
        """
        if host.endswith(".onion"):
            if not self.proxy.startswith("socks5"):
                raise NotConnected(CheckResult.INCONCLUSIVE)
            return await self._through_proxy(host, port)
        problem = NotConnected(CheckResult.UNREACHABLE)
        for address in (await self._public_addresses(host))[:MAX_ATTEMPTS]:
            try:
                return await (self._through_proxy if self.proxy else self._directly)(address, port)
            except NotConnected as error:
                problem = error
        raise problem

    async def _public_addresses(self, host: str) -> Sequence[str]:
        found = await self.resolver.resolve_one(host)
        if found.problem:
            raise NotConnected(CheckResult.UNREACHABLE if found.problem in _NOT_THERE else CheckResult.INCONCLUSIVE)
        if not all(is_public(address, allowed=self.allowed) for address in found.addresses):
            raise NotConnected(CheckResult.PRIVATE)
        return found.addresses

    async def _directly(self, address: str, port: int) -> httpcore2.AsyncNetworkStream:
        try:
            return await httpcore2.AnyIOBackend().connect_tcp(address, port, timeout=CONNECT_SECONDS)
        except httpcore2.ConnectTimeout:
            raise NotConnected(CheckResult.UNREACHABLE) from None
        except httpcore2.ConnectError as error:
            no_way_out = any(number in _NO_WAY_OUT for number in _error_numbers(error))
            raise NotConnected(CheckResult.INCONCLUSIVE if no_way_out else CheckResult.UNREACHABLE) from None

    async def _through_proxy(self, target: str, port: int) -> httpcore2.AsyncNetworkStream:
        """Connect through the proxy. A failure of the proxy itself says nothing about the content."""
        proxy = urlsplit(self.proxy)
        greet = _ask_http if proxy.scheme == "http" else _ask_socks
        try:
            stream = await httpcore2.AnyIOBackend().connect_tcp(
                proxy.hostname or "", proxy.port or 0, timeout=CONNECT_SECONDS
            )
            try:
                await greet(stream, proxy, target, port)
            except BaseException:
                await stream.aclose()
                raise
        except (httpcore2.TimeoutException, httpcore2.NetworkError):
            raise NotConnected(CheckResult.INCONCLUSIVE) from None
        return stream


def _error_numbers(error: BaseException | None) -> Iterator[int | None]:
    while error is not None:
        yield getattr(error, "errno", None)
        error = error.__cause__ or error.__context__


async def _ask_http(stream: httpcore2.AsyncNetworkStream, proxy: SplitResult, target: str, port: int) -> None:
    """Send CONNECT (RFC 9110, 9.3.6)."""
    authority = f"[{target}]:{port}" if ":" in target else f"{target}:{port}"
    await stream.write(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode(), CONNECT_SECONDS)
    answer = b""
    while b"\r\n\r\n" not in answer:
        more = await stream.read(MAX_PROXY_RESPONSE_BYTES, CONNECT_SECONDS * 2)
        answer += more
        if not more or len(answer) > MAX_PROXY_RESPONSE_BYTES:
            raise NotConnected(CheckResult.INCONCLUSIVE)
    version, _, rest = answer.partition(b" ")
    status = int(rest[:3]) if version.startswith(b"HTTP/1.") and rest[:3].isdigit() else 0
    if not 200 <= status < 300:
        raise NotConnected(CheckResult.UNREACHABLE if status in _HTTP_FAR else CheckResult.INCONCLUSIVE)


async def _ask_socks(stream: httpcore2.AsyncNetworkStream, proxy: SplitResult, target: str, port: int) -> None:
    """Negotiate SOCKS 5 (RFC 1928), with the user name and password of the proxy's URL (RFC 1929)."""
    method = 2 if proxy.username else 0
    await stream.write(bytes([5, 1, method]), CONNECT_SECONDS)
    if await _exactly(stream, 2) != bytes([5, method]):
        raise NotConnected(CheckResult.INCONCLUSIVE)
    if proxy.username:
        name, password = (_counted(unquote(part or "")) for part in (proxy.username, proxy.password))
        await stream.write(b"\x01" + name + password, CONNECT_SECONDS)
        if (await _exactly(stream, 2))[1]:
            raise NotConnected(CheckResult.INCONCLUSIVE)
    await stream.write(b"\x05\x01\x00" + _socks_address(target) + port.to_bytes(2), CONNECT_SECONDS)
    version, reply, _reserved, kind = await _exactly(stream, 4)
    if version != 5 or reply:
        raise NotConnected(CheckResult.UNREACHABLE if reply in _SOCKS_FAR else CheckResult.INCONCLUSIVE)
    length = {1: 4, 4: 16}.get(kind) or (await _exactly(stream, 1))[0]
    await _exactly(stream, length + 2)


def _socks_address(target: str) -> bytes:
    try:
        ip = ipaddress.ip_address(target)
    except ValueError:
        return b"\x03" + _counted(target)
    return bytes([1 if ip.version == 4 else 4]) + ip.packed


def _counted(text: str) -> bytes:
    data = text.encode()[:255]
    return bytes([len(data)]) + data


async def _exactly(stream: httpcore2.AsyncNetworkStream, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = await stream.read(count - len(data), CONNECT_SECONDS * 2)
        if not more:
            raise NotConnected(CheckResult.INCONCLUSIVE)
        data += more
    return data
