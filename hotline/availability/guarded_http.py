"""Connections for checks of availability: to addresses of the public internet only, each checked just before it is used.

A name is looked up here and the connection made to the very address that was checked, directly or through a proxy, so that a name server
that answers differently a moment later gains nothing. Only an onion service is named to the proxy, which alone can find it.
"""

import errno
import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import httpcore

from hotline.hosting.network_databases import special_of
from hotline.hosting.resolver import Resolver
from hotline.models import CheckResult, LookupProblem

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Addresses of a host that are tried, one after the other.
MOST_TRIED = 3
CONNECT_SECONDS = 5.0
MOST_PROXY_ANSWER = 8192
PROXY_SCHEMES = ("http", "socks5", "socks5h")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# That a name does not exist is known; a name server that fails is our trouble as likely as theirs.
_NOT_THERE = (LookupProblem.NXDOMAIN, LookupProblem.NO_ADDRESS)
_NO_WAY_OUT = (errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
# RFC 1928, 6: the far side's fault is what a SOCKS server says with these; with all others it speaks of itself.
_SOCKS_FAR = (4, 5, 6)
# An HTTP proxy says that it did not get through (RFC 9110, 15.6).
_HTTP_FAR = (502, 503, 504)


class NotConnected(Exception):
    """There is no connection; `finding` says what that means for a check."""

    def __init__(self, finding: CheckResult) -> None:
        super().__init__(finding.value)
        self.finding = finding


@dataclass
class GuardedBackend(httpcore.AsyncNetworkBackend):
    """`allowed` are networks that are asked although they are private: for tests and demonstrations alone. `proxy` is a URL or empty."""

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
    ) -> httpcore.AsyncNetworkStream:
        """A connection to `host`. Raises NotConnected."""
        if host.endswith(".onion"):
            if not self.proxy.startswith("socks5"):
                raise NotConnected(CheckResult.UNSURE)
            return await self._through_proxy(host, port)
        problem = NotConnected(CheckResult.UNREACHABLE)
        for address in (await self._public_addresses(host))[:MOST_TRIED]:
            try:
                return await (self._through_proxy if self.proxy else self._directly)(address, port)
            except NotConnected as error:
                problem = error
        raise problem

    async def _public_addresses(self, host: str) -> Sequence[str]:
        found = await self.resolver.resolve_one(host)
        if found.problem:
            raise NotConnected(CheckResult.UNREACHABLE if found.problem in _NOT_THERE else CheckResult.UNSURE)
        if any(self._is_private(address) for address in found.addresses):
            raise NotConnected(CheckResult.PRIVATE)
        return found.addresses

    def _is_private(self, address: str) -> bool:
        ip = ipaddress.ip_address(address)
        if any(ip in network for network in self.allowed if network.version == ip.version):
            return False
        return any(special_of(str(each)) for each in _meant(ip))

    async def _directly(self, address: str, port: int) -> httpcore.AsyncNetworkStream:
        try:
            return await httpcore.AnyIOBackend().connect_tcp(address, port, timeout=CONNECT_SECONDS)
        except httpcore.ConnectTimeout:
            raise NotConnected(CheckResult.UNREACHABLE) from None
        except httpcore.ConnectError as error:
            no_way_out = any(number in _NO_WAY_OUT for number in _error_numbers(error))
            raise NotConnected(CheckResult.UNSURE if no_way_out else CheckResult.UNREACHABLE) from None

    async def _through_proxy(self, target: str, port: int) -> httpcore.AsyncNetworkStream:
        """Ask the proxy for a connection. That it fails itself says nothing about the content."""
        proxy = urlsplit(self.proxy)
        greet = _ask_http if proxy.scheme == "http" else _ask_socks
        try:
            stream = await httpcore.AnyIOBackend().connect_tcp(
                proxy.hostname or "", proxy.port or 0, timeout=CONNECT_SECONDS
            )
            try:
                await greet(stream, proxy, target, port)
            except BaseException:
                await stream.aclose()
                raise
        except (httpcore.TimeoutException, httpcore.NetworkError):
            raise NotConnected(CheckResult.UNSURE) from None
        return stream


def _meant(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """An address, and the IPv4 addresses that packets to it may end at (RFC 4291, 3056, 4380, 6052)."""
    yield ip
    if isinstance(ip, ipaddress.IPv6Address):
        yield from filter(None, (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())))
        if ip in _NAT64 or int(ip) >> 32 == 0:
            yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


def _error_numbers(error: BaseException | None) -> Iterator[int | None]:
    while error is not None:
        yield getattr(error, "errno", None)
        error = error.__cause__ or error.__context__


async def _ask_http(stream: httpcore.AsyncNetworkStream, proxy: SplitResult, target: str, port: int) -> None:
    """RFC 9110, 9.3.6."""
    authority = f"[{target}]:{port}" if ":" in target else f"{target}:{port}"
    await stream.write(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode(), CONNECT_SECONDS)
    answer = b""
    while b"\r\n\r\n" not in answer:
        more = await stream.read(MOST_PROXY_ANSWER, CONNECT_SECONDS * 2)
        answer += more
        if not more or len(answer) > MOST_PROXY_ANSWER:
            raise NotConnected(CheckResult.UNSURE)
    version, _, rest = answer.partition(b" ")
    status = int(rest[:3]) if version.startswith(b"HTTP/1.") and rest[:3].isdigit() else 0
    if not 200 <= status < 300:
        raise NotConnected(CheckResult.UNREACHABLE if status in _HTTP_FAR else CheckResult.UNSURE)


async def _ask_socks(stream: httpcore.AsyncNetworkStream, proxy: SplitResult, target: str, port: int) -> None:
    """RFC 1928; with a name and password in the proxy's URL, RFC 1929."""
    method = 2 if proxy.username else 0
    await stream.write(bytes([5, 1, method]), CONNECT_SECONDS)
    if await _exactly(stream, 2) != bytes([5, method]):
        raise NotConnected(CheckResult.UNSURE)
    if proxy.username:
        name, password = (_counted(unquote(part or "")) for part in (proxy.username, proxy.password))
        await stream.write(b"\x01" + name + password, CONNECT_SECONDS)
        if (await _exactly(stream, 2))[1]:
            raise NotConnected(CheckResult.UNSURE)
    await stream.write(b"\x05\x01\x00" + _socks_address(target) + port.to_bytes(2), CONNECT_SECONDS)
    version, reply, _reserved, kind = await _exactly(stream, 4)
    if version != 5 or reply:
        raise NotConnected(CheckResult.UNREACHABLE if reply in _SOCKS_FAR else CheckResult.UNSURE)
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


async def _exactly(stream: httpcore.AsyncNetworkStream, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = await stream.read(count - len(data), CONNECT_SECONDS * 2)
        if not more:
            raise NotConnected(CheckResult.UNSURE)
        data += more
    return data
