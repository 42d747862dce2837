"""Signed tokens for links: the UUID of a row and a truncated HMAC under a secret of this part."""

import base64
import re
from typing import Final
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from clicksafely.common.crypto.part_secrets import secret_values

_UUID_BYTES: Final = 16
# 96 bits are enough, because each guess needs a request.
_SEAL_BYTES: Final = 12
LENGTH: Final = 38
_SHAPE: Final = re.compile(f"[A-Za-z0-9_-]{{{LENGTH}}}")


def make_token(row: UUID, *, secret: str, salt: str) -> str:
    """Return the token of `row`: 38 URL-safe characters. Nothing is stored.

    `secret` names a secret of this part, `salt` the kind of link.
    """
    return _token(row, secret_values(secret)[0], salt)


def uuid_from_token(token: str, *, secret: str, salt: str) -> UUID | None:
    """Return the UUID of a valid token; None if it is invalid."""
    if not _SHAPE.fullmatch(token):
        return None
    row = UUID(bytes=base64.urlsafe_b64decode(f"{token}==")[:_UUID_BYTES])
    # Compared as text: the last character of base64 has several equivalent forms.
    return row if any(constant_time_compare(token, _token(row, key, salt)) for key in secret_values(secret)) else None


def _token(row: UUID, key: str, salt: str) -> str:
    seal = salted_hmac(salt, row.bytes, secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(row.bytes + seal[:_SEAL_BYTES]).rstrip(b"=").decode()
