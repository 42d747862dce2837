"""Whether an IP address is public, so that a request to it cannot reach this machine or a private network."""

import ipaddress
from collections.abc import Iterator, Sequence

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address
type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str, *, allowed: Sequence[Network] = ()) -> bool:
    """Return whether an address, and each IPv4 address that it embeds, is public or in an `allowed` network."""
    ip = ipaddress.ip_address(address)
    if any(ip in network for network in allowed if network.version == ip.version):
        return True
    return all(each.is_global and not each.is_multicast for each in _meant(ip))


def _meant(ip: Address) -> Iterator[Address]:
    """Yield the address and the IPv4 addresses embedded in it (RFC 4291, 3056, 4380, 6052)."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            yield ip.ipv4_mapped
            return
        yield from filter(None, (ip.sixtofour, *(ip.teredo or ())))
        if ip in _NAT64 or int(ip) >> 32 == 0:
            yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    yield ip
