"""Encryption of the secrets of webhooks, under a key derived from MAIL_SECRET."""

import contextlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clicksafely.common.crypto.part_secrets import secret_values

_NONCE: Final = 12
_INFO: Final = b"clicksafely mail webhook secrets"


class SecretLost(Exception):
    """The secret was encrypted under another MAIL_SECRET, or altered."""


def encrypt(secret: str) -> bytes:
    """Return the encrypted secret of a webhook. The staff site stores it, and `outside` signs with the secret."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(secret_values("MAIL_SECRET")[0]).encrypt(nonce, secret.encode(), _INFO)


def decrypt(encrypted: bytes) -> str:
    """Return the secret, also if it was encrypted under a former MAIL_SECRET. Raises SecretLost."""
    for value in secret_values("MAIL_SECRET"):
        with contextlib.suppress(InvalidTag, ValueError):
            return _cipher(value).decrypt(encrypted[:_NONCE], encrypted[_NONCE:], _INFO).decode()
    raise SecretLost


def _cipher(secret: str) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), length=32, salt=None, info=_INFO).derive(secret.encode()))
