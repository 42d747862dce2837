"""Encrypted form state that the form carries from step to step: padded, under an hourly key, never stored."""

import base64
import binascii
import contextlib
import hashlib
import json
import secrets
import time
import zlib
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

HOUR = 3600
MAX_AGE = 2 * HOUR
MAX_STATE_BYTES = 256 * 1024
PAD_TO = 1024

_VERSION = 1
_HEADER = 1 + 4
_NONCE = 12
_TAG = 16
# The length of the text, then the time of sealing in seconds.
_PREFIX = 4 + 8
_TOKEN_EXTRA = PAD_TO + _HEADER + _NONCE + _TAG


class StateInvalid(Exception):
    """The token was not created here for this purpose, or was changed."""


class StateExpired(Exception):
    """The token is older than `max_age`."""


class StateTooLarge(ValueError):
    """The state is longer than the limit in bytes of JSON."""


def form_keys(info: str) -> list[bytes]:
    """Return 32-byte keys for one use, derived from the site's `SECRET_KEY` and from its former ones (HKDF-SHA256, RFC 5869)."""
    return [_derive(secret, info) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


@lru_cache(maxsize=8)
def _derive(secret: str, info: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"clicksafely " + info.encode()).derive(secret.encode())


def seal_state(state: dict[str, Any], *, purpose: str, max_bytes: int = MAX_STATE_BYTES) -> str:
    """Seal a JSON-compatible `state` into a URL-safe token that only `open_state` with the same `purpose` can read.

    Padded to whole kibibytes after compression, to hide the length of the input. Raises `StateTooLarge`.
    """
    # JSON bodies can contain lone surrogates; they must survive until the form's own validation.
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if len(text) > max_bytes:
        raise StateTooLarge
    now = int(time.time())
    packed = zlib.compress(text)
    plain = len(packed).to_bytes(4) + now.to_bytes(8) + packed
    plain += bytes(-len(plain) % PAD_TO)
    header = bytes([_VERSION]) + (now // HOUR).to_bytes(4)
    nonce = secrets.token_bytes(_NONCE)
    sealed = _ciphers(now // HOUR)[0].encrypt(nonce, plain, header + purpose.encode())
    return base64.urlsafe_b64encode(header + nonce + sealed).rstrip(b"=").decode()


def open_state(token: str, *, purpose: str, max_age: int = MAX_AGE, max_bytes: int = MAX_STATE_BYTES) -> dict[str, Any]:
    """Open a token at most `max_age` seconds old (never above `MAX_AGE`). Raises `StateInvalid` or `StateExpired`."""
    raw = _decode(token, max_bytes)
    header, nonce, sealed = raw[:_HEADER], raw[_HEADER : _HEADER + _NONCE], raw[_HEADER + _NONCE :]
    now = int(time.time())
    hour = int.from_bytes(header[1:])
    if header[0] != _VERSION or hour > now // HOUR + 1:
        raise StateInvalid
    if (now // HOUR - hour) * HOUR > MAX_AGE:
        raise StateExpired
    plain = _decrypt(hour, nonce, sealed, header + purpose.encode())
    if now - int.from_bytes(plain[4:_PREFIX]) > min(max_age, MAX_AGE):
        raise StateExpired
    text = zlib.decompress(plain[_PREFIX : _PREFIX + int.from_bytes(plain[:4])])
    state: dict[str, Any] = json.loads(text.decode("utf-8", "surrogatepass"))
    return state


def state_digest(token: str) -> str:
    """Return the SHA-256 of a token's bytes in hexadecimal: repeated submissions of one form have the same digest.

    Raises `StateInvalid`.
    """
    return hashlib.sha256(_decode(token)).hexdigest()


def _decode(token: str, max_bytes: int = MAX_STATE_BYTES) -> bytes:
    if len(token) > (max_bytes + _TOKEN_EXTRA) * 4 // 3 + 1024:
        raise StateInvalid
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise StateInvalid from error
    if len(raw) < _HEADER + _NONCE + _TAG + _PREFIX:
        raise StateInvalid
    return raw


def _decrypt(hour: int, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    for cipher in _ciphers(hour):
        with contextlib.suppress(InvalidTag):
            return cipher.decrypt(nonce, sealed, associated)
    raise StateInvalid


def _ciphers(hour: int) -> list[ChaCha20Poly1305]:
    return [ChaCha20Poly1305(key) for key in form_keys(f"form state {hour}")]
