"""API keys of partners: `npk_<prefix>_<secret>` with a secret of 160 random bits. Pure."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.part_secrets import current_secret

_SHAPE = re.compile(r"npk_([a-z2-7]{8})_[a-z2-7]{32}")
_PREFIX_BYTES, _SECRET_BYTES = 5, 20
_NONE = bytes(32)


@dataclass(frozen=True)
class DrawnKey:
    """A new key in clear text, shown once, with its stored prefix and digest."""

    text: str
    prefix: str
    digest: bytes


@dataclass(frozen=True)
class Seeds:
    """The seed of a request's identifiers. Repeating a request with its idempotency key gives the same seed."""

    root: bytes

    @classmethod
    def fresh(cls) -> "Seeds":
        """Return a random seed for a request without an idempotency key."""
        return cls(secrets.token_bytes(32))

    @classmethod
    def repeatable(cls, *, partner: bytes, idempotency_key: str, body_digest: bytes) -> "Seeds":
        """Return the seed of a request with an idempotency key.

        The receipts cannot be derived without the idempotency key and RECEIPT_PEPPER.
        """
        what = b"\0".join([b"partner request", partner, idempotency_key.encode(), body_digest])
        return cls(hmac.digest(current_secret("RECEIPT_PEPPER"), what, hashlib.sha256))

    def state_digest(self, place: int) -> bytes:
        """Return the 32-byte idempotency digest of the report at `place`."""
        return hmac.digest(self.root, f"state {place}".encode(), hashlib.sha256)

    def receipt(self, place: int) -> str:
        """Return the receipt of the report at `place`."""
        bits = hmac.digest(self.root, f"receipt {place}".encode(), hashlib.sha256)
        return "".join(receipts.ALPHABET[octet % 32] for octet in bits[: receipts.LENGTH])


def draw_key() -> DrawnKey:
    """Return a new key from the operating system's random source."""
    prefix, secret = (_letters(secrets.token_bytes(count)) for count in (_PREFIX_BYTES, _SECRET_BYTES))
    text = f"npk_{prefix}_{secret}"
    return DrawnKey(text, prefix, digest_of(text))


def prefix_of(text: str) -> str:
    """Return the prefix for the database look-up, or "" if `text` has not the form of a key."""
    found = _SHAPE.fullmatch(text)
    return found[1] if found else ""


def digest_of(text: str) -> bytes:
    """Return the stored SHA-256 digest. A slow hash is not needed for 160 random bits."""
    return hashlib.sha256(text.encode(errors="replace")).digest()


def is_same(text: str, digest: bytes | None) -> bool:
    """Return in constant time whether `text` has this digest. `digest` may be None."""
    return hmac.compare_digest(digest_of(text), digest or _NONE)


def _letters(octets: bytes) -> str:
    return base64.b32encode(octets).decode().lower()
