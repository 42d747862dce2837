"""What stands in the place of content that is not there any more: pages of companies that park names, suspended sites, home pages."""

import re
import zlib

# Companies that park, sell or take back names: whoever is led to one of them, or a host below it, is led nowhere.
PARKING_HOSTS = (
    "above.com",
    "afternic.com",
    "bodis.com",
    "cashparking.com",
    "dan.com",
    "domainmarket.com",
    "hugedomains.com",
    "namebright.com",
    "parkingcrew.net",
    "parklogic.com",
    "reg.ru",
    "sedo.com",
    "sedoparking.com",
    "skenzo.com",
    "uniregistry.com",
)
# What those pages, and those of switched-off accounts, are made of; as bytes, anywhere in the beginning of a page.
MARKS = (
    b"sedoparking.com",
    b"parkingcrew.net",
    b"parklogic.com",
    b"bodiscdn.com",
    b"cdn.bodis.com",
    b"d38psrni17bvxu.cloudfront.net",
    b"window.park =",
    b"data-adblockkey=",
    b"img1.wsimg.com/parking-lander",
    b"/cgi-sys/suspendedpage.cgi",
    b"hugedomains.com/domain_profile",
)
# What their titles say; only titles, for people write such words on pages that are there.
TITLES = (
    "account has been suspended",
    "account suspended",
    "buy this domain",
    "domain expired",
    "domain has expired",
    "domain is for sale",
    "domain je istekao",
    "domain je na prodaju",
    "domain name is for sale",
    "domain parking",
    "domen je istekao",
    "domen je na prodaju",
    "parked domain",
    "this domain may be for sale",
    "website suspended",
    "домен је истекао",
    "домен је на продају",
)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_HOME = re.compile(r"/?(?:[a-z]{2}(?:-[a-z]{2,4})?/?)?(?:(?:index|default|home)(?:\.[a-z]{2,5})?)?", re.IGNORECASE)
_SUSPENDED = "/cgi-sys/suspendedpage.cgi"
# So much comes out of a compressed beginning at most, however little goes in.
MOST_UNPACKED = 64 * 1024


def is_parking_place(host: str, path: str) -> bool:
    """Whether an address that was led to is one where names are parked, or that of a switched-off account."""
    return path == _SUSPENDED or any(host == known or host.endswith(f".{known}") for known in PARKING_HOSTS)


def is_home_page(path: str, query: str) -> bool:
    """Whether it is the home page of a site, in whatever language; `query` without its question mark."""
    return not query and bool(_HOME.fullmatch(path))


def looks_parked(head: bytes) -> bool:
    """Whether the beginning of a page is that of a parked name or a switched-off account."""
    if any(mark in head.lower() for mark in MARKS):
        return True
    title = _TITLE.search(head)
    said = " ".join(title[1].decode(errors="replace").lower().split()) if title else ""
    return any(words in said for words in TITLES)


def unpack(head: bytes, encoding: str) -> bytes:
    """The beginning of a page as it is read, at most `MOST_UNPACKED` bytes; empty where it is packed in a way that nobody asked for."""
    if encoding in {"", "identity"}:
        return head
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        return b""
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(head, MOST_UNPACKED)
    except zlib.error:
        return b""
