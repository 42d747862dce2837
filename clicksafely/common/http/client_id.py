"""Who asks, as far as limits need to know: a network behind a keyed digest that changes every day, never an address."""

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
    """Whether the request came through the onion service, where every visitor has the address of the local Tor process."""
    return request.get_host().partition(":")[0].lower().endswith(".onion")


def client_digest(request: HttpRequest) -> str:
    """Name the client's network (/24 or /64) for today: 32 hexadecimal characters that nobody without `RATE_LIMIT_SECRET` can reverse.

    Empty when there is nothing to tell clients apart by: over the onion service, or behind a socket without a proxy's word.
    """
    if is_onion(request):
        return ""
    address = _address(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if address is None:
        return ""
    network = address.packed[: 3 if address.version == 4 else 8]
    salt = _salt(settings.RATE_LIMIT_SECRET, timezone.now().date())
    return hmac.digest(salt, network, hashlib.sha256)[:16].hex()


def placeholder_address(request: HttpRequest) -> str:
    """Stand in for the address that django-axes would keep: staff sign-in is limited by account, not by address."""
    return "0.0.0.0"  # noqa: S104  a placeholder, nothing listens here


@lru_cache(maxsize=2)
def _salt(secret: str, day: date) -> bytes:
    return hmac.digest(secret.encode(), f"client {day.isoformat()}".encode(), hashlib.sha256)


def _address(remote: str, forwarded: str) -> Address | None:
    """Walk `X-Forwarded-For` from the right while the speaker is a trusted proxy; what an untrusted one claims is not read."""
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
