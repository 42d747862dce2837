"""Content codings of stored pages: which one a client takes, and bodies from one into another."""

import gzip

import brotli

IDENTITY = "identity"
# The best first; negotiation stops at the first that the client takes.
PREFERRED = ("br", "gzip")
# A page is compressed once and while somebody waits for it: good, not best.
BROTLI_QUALITY = 5
GZIP_LEVEL = 6


def negotiate(accept_encoding: str) -> str:
    """The coding for an `Accept-Encoding` header (RFC 9110, 12.5.3): br, gzip or identity."""
    accepted = set()
    for part in accept_encoding.lower().split(","):
        coding, _, parameter = part.partition(";")
        if _weight(parameter) > 0:
            accepted.add(coding.strip())
    return next((coding for coding in PREFERRED if coding in accepted), IDENTITY)


def compress(body: bytes, coding: str) -> bytes:
    """`body` in `coding`."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=BROTLI_QUALITY))
    return gzip.compress(body, GZIP_LEVEL, mtime=0) if coding == "gzip" else body


def expand(body: bytes, coding: str) -> bytes:
    """The plain bytes of a `body` in `coding`."""
    if coding == "br":
        return bytes(brotli.decompress(body))
    return gzip.decompress(body) if coding == "gzip" else body


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
