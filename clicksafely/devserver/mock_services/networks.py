"""Network databases (MMDB) for tests and demonstration: documentation ranges, invented names."""

import ipaddress
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet

# network: (country, AS number, organisation). AS numbers of RFC 5398, and one real content delivery network.
NETWORKS: dict[str, tuple[str, int, str]] = {
    "192.0.2.0/25": ("RS", 64500, "Primer hosting Beograd"),
    "192.0.2.128/25": ("NL", 64501, "Voorbeeld Hosting"),
    "198.51.100.0/24": ("US", 64502, "Example Hosting"),
    "203.0.113.0/24": ("US", 13335, "Example Delivery"),
    # A globally reachable anycast service in the registry of special addresses: the only public range that tests may
    # use.
    "192.31.196.0/24": ("RS", 64500, "Primer hosting Beograd"),
    "192.175.48.0/24": ("DE", 64503, "Beispiel Hosting"),
    # Loopback addresses of hosts that mock servers serve.
    "127.0.0.2/32": ("NL", 64501, "Voorbeeld Hosting"),
    "127.0.0.3/32": ("RS", 64500, "Primer hosting Beograd"),
    "2001:db8::/33": ("RS", 64500, "Primer hosting Beograd"),
    "2001:db8:8000::/33": ("FR", 64504, "Exemple Hosting"),
}


def write_databases(folder: Path) -> tuple[Path, Path]:
    """Write `country.mmdb` and `asn.mmdb` to the folder in MaxMind's schema, and return their paths."""
    countries = {network: {"country": {"iso_code": country}} for network, (country, _, _) in NETWORKS.items()}
    asns = {
        network: {"autonomous_system_number": asn, "autonomous_system_organization": name}
        for network, (_, asn, name) in NETWORKS.items()
    }
    country, asn = folder / "country.mmdb", folder / "asn.mmdb"
    write_database(country, "Test-Country", countries)
    write_database(asn, "Test-ASN", asns)
    return country, asn


def write_database(path: Path, kind: str, records: Mapping[str, Any]) -> None:
    """Write a database of IPv4 and IPv6 to a temporary file and move it into place, as an administrator should."""
    writer = MMDBWriter(6, kind, ipv4_compatible=True, description="Made up, for tests")
    for network, record in records.items():
        writer.insert_network(IPSet(_as_six([network])), record)
    draft = path.with_suffix(".draft")
    writer.to_db_file(str(draft))
    draft.replace(path)


def _as_six(networks: Iterable[str]) -> list[str]:
    return [str(ipaddress.ip_network(network)) for network in networks]
