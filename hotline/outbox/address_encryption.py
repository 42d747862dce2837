"""How an address waits for its message: sealed under a key of MAIL_SECRET, which the public door is not given.

The hotline's ring would be the wrong seal: the worker, which sends, holds no private key.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PAD_TO = 512
_NONCE = 12
_LENGTH = 4
_PLACE = b"hotline_outgoingmail sealed "


class EnvelopeLost(Exception):
    """The envelope was sealed under another secret, or altered."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Whom a message goes to, the Message-ID (without <>) it answers, and the receipt where that is decided already."""

    to: str
    in_reply_to: str = ""
    receipt: str = ""


def seal(envelope: Envelope, *, row: UUID) -> bytes:
    """Seal for the row with this UUID, padded so that its length tells little."""
    plain = json.dumps(asdict(envelope)).encode()
    padded = len(plain).to_bytes(_LENGTH) + plain
    padded += bytes(-len(padded) % PAD_TO)
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher().encrypt(nonce, padded, _PLACE + row.bytes)


def open_envelope(sealed: bytes, *, row: UUID) -> Envelope:
    """Open what `seal` made for the same row. Raises EnvelopeLost."""
    try:
        padded = _cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], _PLACE + row.bytes)
    except (InvalidTag, ValueError) as error:
        raise EnvelopeLost from error
    length = int.from_bytes(padded[:_LENGTH])
    return Envelope(**json.loads(padded[_LENGTH : _LENGTH + length]))


def address_digest(address: str, *, day: date) -> bytes:
    """What stands for an address in the counts of a day (32 bytes): an HMAC under a key of that day alone."""
    return hmac.digest(_key(f"answers {day.isoformat()}"), address.encode(), hashlib.sha256)


def _cipher() -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_key("envelopes"))


def _key(info: str) -> bytes:
    """A 32-byte key for one use, derived from MAIL_SECRET (HKDF-SHA256, RFC 5869)."""
    hkdf = HKDF(SHA256(), length=32, salt=None, info=b"clicksafely mail " + info.encode())
    return hkdf.derive(settings.MAIL_SECRET.encode())
