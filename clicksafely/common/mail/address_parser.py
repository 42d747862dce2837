"""Parser of addresses in header fields (RFC 5322, 3.4), in linear time even for unbalanced quotes and comments."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clicksafely.common.mail.charsets import decode_text
from clicksafely.common.mail.headers import Headers, decode_value, one_line

MAX_ADDRESS_LENGTH = 320
MAX_ADDRESSES = 1000
MAX_RECIPIENTS = 500
_RECIPIENT_HEADERS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")

_PIECE = re.compile(
    rb'(?P<escaped>\\.)|(?P<quoted>"(?:\\.|[^"\\])*+(?:"|\\?\Z))|(?P<comment>[()])|(?P<angle><[^<>]*+>?)|(?P<end>[,;])|(?P<group>:)|(?P<word>[^"()<,;:\\]++|.)',
    re.DOTALL,
)
_COMMENT = re.compile(rb"\([^()]*+\)")
# Lenient: local parts of any characters, but nothing that could be read as several addresses or lines.
_ADDRESS = re.compile(
    r"""(?:"[^"\\\s]{1,64}"|[^\s@<>()\[\],;:"\\]{1,64})@(?:[\w-]+(?:\.[\w-]+)*|\[[0-9A-Fa-f:.IPv]+\])"""
)


@dataclass(frozen=True)
class NamedAddress:
    """A decoded name and a bare address; either may be empty."""

    name: str
    address: str


def parse_addresses(values: Iterable[bytes]) -> list[NamedAddress]:
    """Return the addresses of all values of a header, in order, at most MAX_ADDRESSES."""
    found: list[NamedAddress] = []
    for value in values:
        for mailbox in _mailboxes(value):
            found.append(mailbox)
            if len(found) == MAX_ADDRESSES:
                return found
    return found


def recipients_of(headers: Headers) -> tuple[str, ...]:
    """Return the recipients of a message from To, Cc, Delivered-To, X-Original-To and Envelope-To, at most MAX_RECIPIENTS."""
    found = (each.address for name in _RECIPIENT_HEADERS for each in parse_addresses(headers.all(name)))
    return tuple(address for address in dict.fromkeys(found) if address)[:MAX_RECIPIENTS]


def bare_address(text: str) -> str:
    """Return `text` as a bare address with its domain in lower case, "" if it is not one."""
    address = text.strip().strip("<>").strip().rstrip(".")
    if len(address) > MAX_ADDRESS_LENGTH or not _ADDRESS.fullmatch(address):
        return ""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _mailboxes(value: bytes) -> Iterator[NamedAddress]:
    name: list[bytes] = []
    comment: list[bytes] = []
    address: bytes | None = None
    depth = 0
    for piece in [*_PIECE.finditer(value), None]:
        kind, raw = (piece.lastgroup, piece[0]) if piece else ("end", b"")
        if kind == "end" and (depth == 0 or not raw):
            spoken = b"".join(name)
            bare = bare_address(one_line(decode_text(spoken if address is None else address)[0]))
            words = b"".join(comment) if address is None else spoken
            if bare or words.strip():
                yield NamedAddress(decode_value(words).strip("\"' "), bare)
            name, comment, address = [], [], None
        elif kind == "comment":
            depth = depth + 1 if raw == b"(" else max(0, depth - 1)
            comment.append(b" ")
        elif depth:
            comment.append(raw[1:] if kind == "escaped" else raw)
        elif kind == "angle":
            bare_angle = _COMMENT.sub(b"", raw).strip(b"<>")
            address = bare_angle.rpartition(b":")[2] if address is None else address
        elif kind == "escaped":
            name.append(raw[1:])
        elif kind == "group":
            name.clear()
        else:
            name.append(re.sub(rb"\\(.)", rb"\1", raw[1:-1]) if kind == "quoted" and b"@" not in raw else raw)
