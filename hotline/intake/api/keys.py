"""Keys of partners: `npk_<prefix>_<secret>`, the secret being 160 random bits. Pure."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from django.conf import settings

from clicksafely.common.crypto import receipts

_SHAPE = re.compile(r"npk_([a-z2-7]{8})_[a-z2-7]{32}")
_PREFIX_BYTES, _SECRET_BYTES = 5, 20
_NONE = bytes(32)


@dataclass(frozen=True)
class DrawnKey:
    """A new key in clear, to be shown once, and what is kept of it."""

    text: str
    prefix: str
    digest: bytes


@dataclass(frozen=True)
class Seeds:
    """What a request's reports are made of: the same for a request that is sent again under its idempotency key."""

    root: bytes

    @classmethod
    def fresh(cls) -> "Seeds":
        """For a request without an idempotency key: every sending is a new one."""
        return cls(secrets.token_bytes(32))

    @classmethod
    def repeatable(cls, *, partner: bytes, idempotency_key: str, body_digest: bytes) -> "Seeds":
        """For a request with one. Whoever does not know the idempotency key and RECEIPT_PEPPER cannot find the receipts."""
        what = b"\0".join([b"partner request", partner, idempotency_key.encode(), body_digest])
        return cls(hmac.digest(settings.RECEIPT_PEPPER.encode(), what, hashlib.sha256))

    def state_digest(self, place: int) -> bytes:
        """The 32 bytes that make the report at `place` one report, however often it is sent."""
        return hmac.digest(self.root, f"state {place}".encode(), hashlib.sha256)

    def receipt(self, place: int) -> str:
        """The receipt of the report at `place`."""
        bits = hmac.digest(self.root, f"receipt {place}".encode(), hashlib.sha256)
        return "".join(receipts.ALPHABET[octet % 32] for octet in bits[: receipts.LENGTH])


def draw_key() -> DrawnKey:
    """A new key, from the system's random source."""
    prefix, secret = (_letters(secrets.token_bytes(count)) for count in (_PREFIX_BYTES, _SECRET_BYTES))
    text = f"npk_{prefix}_{secret}"
    return DrawnKey(text, prefix, digest_of(text))


def prefix_of(text: str) -> str:
    """The prefix by which a key is looked up; empty for what is no key."""
    found = _SHAPE.fullmatch(text)
    return found[1] if found else ""


def digest_of(text: str) -> bytes:
    """The SHA-256 that is kept; a slow hash would protect nothing, as nobody can try 160 bits."""
    return hashlib.sha256(text.encode(errors="replace")).digest()


def is_same(text: str, digest: bytes | None) -> bool:
    """Whether `text` is the key of this digest; takes the same time for none."""
    return hmac.compare_digest(digest_of(text), digest or _NONE)


def _letters(octets: bytes) -> str:
    return base64.b32encode(octets).decode().lower()
