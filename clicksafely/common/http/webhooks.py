"""Signed webhooks (Standard Webhooks 1.0.0), sent to listed hosts only."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import ipaddress
import secrets
import socket
import ssl
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import ada_url
from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from clicksafely.common.http.public_addresses import Network, is_public

if TYPE_CHECKING:
    import httpcore2

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - of every secret
SECRET_BYTES: Final = 32
MAX_URL_LENGTH: Final = 500
MAX_BODY_BYTES: Final = 20 * 1024
# For a connection and for each read or write, and for the whole request.
STEP_SECONDS, SECONDS = 5.0, 15.0
# Addresses of a host that are tried in turn.
MAX_ATTEMPTS = 3
USER_AGENT: Final = "NetPatrola"


class WebhookErrorCode(models.TextChoices):
    """The reason that a webhook was not delivered."""

    REFUSED = "refused", pgettext_lazy("webhook", "the address is not allowed")
    PRIVATE = "private", pgettext_lazy("webhook", "the host leads into a private network")
    UNREACHABLE = "unreachable", pgettext_lazy("webhook", "the server cannot be reached")
    ENCRYPTION = "encryption", pgettext_lazy("webhook", "no trusted encrypted connection to the server")
    SILENT = "silent", pgettext_lazy("webhook", "no valid answer in time")


class WebhookError(Exception):
    """A webhook was not delivered. `code` is the reason; the exception contains no address and no secret."""

    def __init__(self, code: WebhookErrorCode) -> None:
        super().__init__(code.value)
        self.code = code


class Target(NamedTuple):
    """Parts of a webhook's URL; `host` is ASCII, an IPv6 address without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The host as in the list of allowed hosts: with the port unless it is that of https."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 else f"{host}:{self.port}"


def new_secret() -> str:
    """Return a random signing secret, `whsec_` and 32 bytes in Base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(body: bytes, secret: str, *, message_id: str, now: datetime) -> dict[str, str]:
    """Return the headers that sign a body: HMAC-SHA256 of id, time and body. Raises ValueError for an invalid secret.

    `message_id` stays the same when the message is sent again, so that the receiver can recognise duplicates.
    """
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not key:
        raise ValueError("the secret of a webhook is not Base64")
    stamp = str(int(now.timestamp()))
    signature = hmac.digest(key, b".".join([message_id.encode("ascii"), stamp.encode(), body]), hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def check_url(url: str, *, allowed_hosts: Collection[str]) -> Target:
    """Return the parts of an allowed URL: https, no user name, a listed host. Raises WebhookError.

    A host is listed as `example.org` for port 443, as `example.org:8443` for another port. Only a loopback address of
    WEBHOOK_ALLOW_NETWORKS may use http, for demonstrations and tests.
    """
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        raise WebhookError(WebhookErrorCode.REFUSED) from None
    scheme, host = parsed.protocol.removesuffix(":"), parsed.hostname.strip("[]")
    if len(url) > MAX_URL_LENGTH or not host or parsed.username or parsed.password or parsed.hash:
        raise WebhookError(WebhookErrorCode.REFUSED)
    port = int(parsed.port) if parsed.port else {"https": 443}.get(scheme, 80)
    target = Target(scheme, host, port, f"{parsed.pathname or '/'}{parsed.search}")
    if scheme != "https" and not (scheme == "http" and _is_allowed_loopback(host)):
        raise WebhookError(WebhookErrorCode.REFUSED)
    if target.authority not in allowed_hosts:
        raise WebhookError(WebhookErrorCode.REFUSED)
    return target


def post(url: str, body: bytes, *, message_id: str, secret: str, allowed_hosts: Collection[str], now: datetime) -> int:
    """Post a signed JSON body; return the status of the response, also an error status. Raises WebhookError.

    The host is resolved here and the connection uses a verified address, which prevents DNS rebinding. TLS is verified.
    Redirects are not followed, and the body of the response is not read. After a WebhookError other than REFUSED and
    PRIVATE, the body may have arrived. Raises ValueError for a body over MAX_BODY_BYTES and for an invalid secret.
    """
    target = check_url(url, allowed_hosts=allowed_hosts)
    if len(body) > MAX_BODY_BYTES:
        raise ValueError("the body of a webhook is too long")
    headers = {
        "Host": target.authority,
        "User-Agent": USER_AGENT,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Accept-Encoding": "identity",
        "Connection": "close",
        **sign(body, secret, message_id=message_id, now=now),
    }
    return asyncio.run(_send(target, list(headers.items()), body))


def allowed_networks() -> Sequence[Network]:
    """WEBHOOK_ALLOW_NETWORKS, parsed. Raises ValueError."""
    return tuple(ipaddress.ip_network(network) for network in settings.WEBHOOK_ALLOW_NETWORKS)


async def _send(target: Target, headers: list[tuple[str, str]], body: bytes) -> int:
    import httpcore2  # noqa: PLC0415 - 6 MB of every process, most of which never send a webhook

    url = httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), STEP_SECONDS)
    pool = httpcore2.AsyncConnectionPool(
        ssl_context=ssl.create_default_context(), network_backend=_public_backend(), http2=False
    )
    try:
        async with (
            asyncio.timeout(SECONDS),
            pool,
            pool.stream("POST", url, headers=headers, content=body, extensions={"timeout": timeout}) as response,
        ):
            return response.status
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
        # The connection exists, so only the handshake can have failed.
        raise WebhookError(WebhookErrorCode.ENCRYPTION) from error
    except (TimeoutError, httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise WebhookError(WebhookErrorCode.SILENT) from error


def _public_backend() -> "httpcore2.AsyncNetworkBackend":
    import httpcore2  # noqa: PLC0415 - as above

    class PublicBackend(httpcore2.AsyncNetworkBackend):
        async def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore2.AsyncNetworkStream:
            addresses = await resolve(host, port)
            if not addresses:
                raise WebhookError(WebhookErrorCode.UNREACHABLE)
            if not all(is_public(address, allowed=allowed_networks()) for address in addresses):
                raise WebhookError(WebhookErrorCode.PRIVATE)
            for address in addresses[:MAX_ATTEMPTS]:
                try:
                    return await httpcore2.AnyIOBackend().connect_tcp(address, port, timeout=timeout)
                except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                    continue
            raise WebhookError(WebhookErrorCode.UNREACHABLE)

    return PublicBackend()


async def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, without repetitions; none if the name cannot be resolved."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(place[0]) for *_kind, place in found))


def _is_allowed_loopback(host: str) -> bool:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    return ip.is_loopback and any(ip in network for network in allowed_networks() if network.version == ip.version)
