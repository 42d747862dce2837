"""Content codings of pages: negotiation, compression and decompression."""

import gzip
from collections.abc import Mapping

import brotli

IDENTITY = "identity"
# In order of preference; negotiation stops at the first that the client accepts.
PREFERRED = ("br", "gzip")
# A stored page is compressed once, while a visitor waits: a good level, not the best.
STORED_LEVELS = {"br": 5, "gzip": 6}
# Other pages are compressed for each request; this level takes a quarter of the time and a sixth more bytes.
DYNAMIC_LEVELS = {"br": 3, "gzip": 1}


def negotiate_encoding(accept_encoding: str) -> str:
    """Return the coding for an `Accept-Encoding` header (RFC 9110, 12.5.3): br, gzip or identity."""
    accepted = set()
    for part in accept_encoding.lower().split(","):
        coding, _, parameter = part.partition(";")
        if _weight(parameter) > 0:
            accepted.add(coding.strip())
    return next((coding for coding in PREFERRED if coding in accepted), IDENTITY)


def compress(body: bytes, coding: str, levels: Mapping[str, int] = STORED_LEVELS) -> bytes:
    """Return `body` in `coding`."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=levels[coding]))
    return gzip.compress(body, levels[coding], mtime=0) if coding == "gzip" else body


def decompress(body: bytes, coding: str) -> bytes:
    """Return the plain bytes of a `body` in `coding`."""
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
