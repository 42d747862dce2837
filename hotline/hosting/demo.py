"""Where the made-up hosts of a demonstration are said to be: documentation ranges, so that nobody's name server is asked for them."""

from datetime import datetime, timedelta

from hotline.hosting.lookup import full_hour
from hotline.models import AbuseContact, Host, HostAddress, Special

# Host: (names it leads through, addresses, country, AS number, organisation); AS numbers of RFC 5398 and one network that delivers for others.
HOSTS: dict[str, tuple[list[str], list[str], str, int, str]] = {
    "profil.example.org": ([], ["192.0.2.20", "2001:db8::20"], "RS", 64500, "Primer hosting Beograd"),
    "forum.example.net": (["web.primer.example.net"], ["192.0.2.17"], "RS", 64500, "Primer hosting Beograd"),
    "album.example.org": ([], ["192.0.2.140", "192.0.2.141"], "NL", 64501, "Voorbeeld Hosting"),
    "cdn.example.net": (["edge.delivery.example.com"], ["203.0.113.9"], "US", 13335, "Example Delivery"),
    "video.example.org": ([], ["2001:db8:8000::5"], "FR", 64504, "Exemple Hosting"),
    "chat.example.org": ([], ["198.51.100.6"], "US", 64502, "Example Hosting"),
    "shop.example.com": ([], ["198.51.100.80"], "US", 64502, "Example Hosting"),
    "casino.example.com": ([], ["198.51.100.81"], "US", 64502, "Example Hosting"),
}
CONTACTS = (
    ("asn", "64500", "Primer hosting Beograd", "abuse@primer.example.org", "sr", "RS"),
    ("asn", "64501", "Voorbeeld Hosting", "abuse@voorbeeld.example.org", "en", "NL"),
    ("domain", "example.net", "Forum Primer", "prijave@forum.example.net", "sr", "RS"),
)


def load_hosts(*, now: datetime) -> None:
    """Keep them as if they had been looked up, for a year; hosts and contacts that are there already stay as they are."""
    hour = full_hour(now)
    Host.objects.bulk_create(
        [
            Host(
                name=name,
                addresses=[
                    HostAddress(ip, country, asn, organisation, Special.RESERVED.value).as_dict() for ip in addresses
                ],
                address_count=len(addresses),
                aliases=aliases,
                country=country,
                asn=asn,
                organisation=organisation,
                looked_up_at=hour,
                expires_at=hour + timedelta(days=365),
            )
            for name, (aliases, addresses, country, asn, organisation) in HOSTS.items()
        ],
        ignore_conflicts=True,
    )
    AbuseContact.objects.bulk_create(
        [
            AbuseContact(kind=kind, key=key, name=name, email=email, language=language, country=country)
            for kind, key, name, email, language, country in CONTACTS
        ],
        ignore_conflicts=True,
    )
