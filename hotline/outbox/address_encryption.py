"""Encryption of queued addresses, under a key derived from MAIL_SECRET, which the public process does not have."""

import contextlib
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

from clicksafely.common.crypto.part_secrets import secret_values

PAD_TO = 512
_NONCE = 12
_LENGTH = 4
_PLACE = b"hotline_outgoingmail sealed "


class EnvelopeLost(Exception):
    """The envelope was sealed under another secret, or altered."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """The recipient, the Message-ID (without <>) that the message answers, and the code if it is fixed already."""

    to: str
    in_reply_to: str = ""
    receipt: str = ""


def seal(envelope: Envelope, *, row: UUID) -> bytes:
    """Seal for the row with this UUID, padded to hide the length.

    The hotline's key ring is unsuitable, because the sending worker has no private key.
    """
    plain = json.dumps(asdict(envelope)).encode()
    padded = len(plain).to_bytes(_LENGTH) + plain
    padded += bytes(-len(padded) % PAD_TO)
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(secret_values("MAIL_SECRET")[0]).encrypt(nonce, padded, _PLACE + row.bytes)


def open_envelope(sealed: bytes, *, row: UUID) -> Envelope:
    """Open the result of `seal` for the same row, also under a former secret. Raises EnvelopeLost."""
    for secret in secret_values("MAIL_SECRET"):
        with contextlib.suppress(InvalidTag, ValueError):
            padded = _cipher(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], _PLACE + row.bytes)
            length = int.from_bytes(padded[:_LENGTH])
            return Envelope(**json.loads(padded[_LENGTH : _LENGTH + length]))
    raise EnvelopeLost


def address_digest(address: str, *, day: date) -> bytes:
    """The address in a day's counts (32 bytes): an HMAC under a key of that day."""
    return hmac.digest(
        _key(secret_values("MAIL_SECRET")[0], f"answers {day.isoformat()}"), address.encode(), hashlib.sha256
    )


def _cipher(secret: str) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_key(secret, "envelopes"))


def _key(secret: str, info: str) -> bytes:
    """Return a 32-byte key for one purpose, derived from a value of MAIL_SECRET (HKDF-SHA256, RFC 5869)."""
    hkdf = HKDF(SHA256(), length=32, salt=None, info=b"clicksafely mail " + info.encode())
    return hkdf.derive(secret.encode())
