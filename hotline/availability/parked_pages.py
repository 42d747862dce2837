"""Recognises pages that replace removed content: parked domains, suspended accounts and home pages."""

import re
import zlib

# Companies that park, sell or suspend domains. A redirect to one of them, or to a subdomain, means removed content.
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
# Byte patterns of those pages and of suspended accounts, in the beginning of a page.
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
# Titles of such pages. Body texts are not compared, because available pages may contain the same words.
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
# Limit of the decompressed beginning, against decompression bombs.
MAX_UNPACKED_BYTES = 64 * 1024


def is_parking_place(host: str, path: str) -> bool:
    """Return whether the target of a redirect is a parking host or a suspended account."""
    return path == _SUSPENDED or any(
        host == parking_host or host.endswith(f".{parking_host}") for parking_host in PARKING_HOSTS
    )


def is_home_page(path: str, query: str) -> bool:
    """Return whether the path is a site's home page, in any language; `query` without the question mark."""
    return not query and bool(_HOME.fullmatch(path))


def looks_parked(head: bytes) -> bool:
    """Return whether the beginning of a page shows a parked domain or a suspended account."""
    if any(mark in head.lower() for mark in MARKS):
        return True
    title = _TITLE.search(head)
    title_text = " ".join(title[1].decode(errors="replace").lower().split()) if title else ""
    return any(words in title_text for words in TITLES)


def unpack(head: bytes, encoding: str) -> bytes:
    """Return the decoded beginning of a page, at most `MAX_UNPACKED_BYTES` bytes; empty for an encoding that was not requested."""
    if encoding in {"", "identity"}:
        return head
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        return b""
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(head, MAX_UNPACKED_BYTES)
    except zlib.error:
        return b""
