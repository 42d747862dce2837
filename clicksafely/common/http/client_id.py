"""Client identification for rate limits: a daily keyed digest of the network, never an address."""

import hashlib
import hmac
from datetime import date
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def is_onion(request: HttpRequest) -> bool:
    """Return whether the request came through the onion service, where all visitors share the address of the local Tor process."""
    return request.get_host().partition(":")[0].lower().endswith(".onion")


def client_digest(request: HttpRequest) -> str:
    """Return today's digest of the client's network (/24 or /48): 32 hexadecimal characters, irreversible without the site's `SECRET_KEY`.

    Empty if clients cannot be distinguished: through the onion service, or behind a socket without a trusted proxy's header.
    """
    if is_onion(request):
        return ""
    network = client_network(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if not network:
        return ""
    salt = _salt(settings.SECRET_KEY, timezone.now().date())
    return hmac.digest(salt, network, hashlib.sha256)[:16].hex()


def client_network(remote: str, forwarded: str) -> bytes:
    """Return the bytes of the network of `REMOTE_ADDR` and `X-Forwarded-For`; empty if unknown. Must not be stored or logged."""
    address = _address(remote, forwarded)
    if address is None:
        return b""
    # One customer may have all addresses of a /48 (RFC 6177).
    return address.packed[: 3 if address.version == 4 else 6]


def placeholder_address(request: HttpRequest) -> str:
    """Replace the address that django-axes would store: staff sign-in is limited by account, not by address."""
    return "0.0.0.0"  # noqa: S104  a placeholder, nothing listens here


@lru_cache(maxsize=2)
def _salt(secret: str, day: date) -> bytes:
    return hmac.digest(secret.encode(), f"client {day.isoformat()}".encode(), hashlib.sha256)


def _address(remote: str, forwarded: str) -> Address | None:
    """Read `X-Forwarded-For` from the right while the sender is a trusted proxy; claims of untrusted senders are ignored."""
    trusted = _trusted(tuple(settings.TRUSTED_PROXIES))
    address = _parse(remote)
    if address is None and "unix" not in settings.TRUSTED_PROXIES:
        return None
    for claimed in reversed(forwarded.split(",") if forwarded else []):
        if address is not None and not any(address in network for network in trusted):
            break
        further = _parse(claimed)
        if further is None:
            break
        address = further
    return address


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


@lru_cache(maxsize=8)
def _trusted(entries: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(entry, strict=False) for entry in entries if entry != "unix")
