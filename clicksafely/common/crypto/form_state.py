"""What a form carries from step to step: sealed under an hourly key, padded, and never stored by the server."""

import base64
import binascii
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
# The length of the text, then the second it was sealed at.
_PREFIX = 4 + 8
_MAX_TOKEN_CHARS = (MAX_STATE_BYTES + PAD_TO + _HEADER + _NONCE + _TAG) * 4 // 3 + 1024


class StateInvalid(Exception):
    """The token was not made here for this purpose, or was changed."""


class StateExpired(Exception):
    """The token is older than its reader allows."""


class StateTooLarge(ValueError):
    """The state does not fit `MAX_STATE_BYTES` of JSON."""


def form_key(info: str) -> bytes:
    """A 32-byte key for one use, derived from `FORM_SECRET` (HKDF-SHA256, RFC 5869)."""
    return _derive(settings.FORM_SECRET, info)


@lru_cache(maxsize=8)
def _derive(secret: str, info: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"clicksafely " + info.encode()).derive(secret.encode())


def seal_state(state: dict[str, Any], *, purpose: str) -> str:
    """Seal a JSON-able `state` into a URL-safe token that only `open_state` with the same `purpose` can read.

    Padded to whole kibibytes after compression, so that its length tells little of what was typed. Raises `StateTooLarge`.
    """
    # Lone surrogates can arrive in JSON bodies; they must travel unharmed and be judged by the form's own validation.
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if len(text) > MAX_STATE_BYTES:
        raise StateTooLarge
    now = int(time.time())
    packed = zlib.compress(text)
    plain = len(packed).to_bytes(4) + now.to_bytes(8) + packed
    plain += bytes(-len(plain) % PAD_TO)
    header = bytes([_VERSION]) + (now // HOUR).to_bytes(4)
    nonce = secrets.token_bytes(_NONCE)
    sealed = _cipher(now // HOUR).encrypt(nonce, plain, header + purpose.encode())
    return base64.urlsafe_b64encode(header + nonce + sealed).rstrip(b"=").decode()


def open_state(token: str, *, purpose: str, max_age: int = MAX_AGE) -> dict[str, Any]:
    """Open a token at most `max_age` seconds old (never above `MAX_AGE`). Raises `StateInvalid` or `StateExpired`."""
    raw = _decode(token)
    header, nonce, sealed = raw[:_HEADER], raw[_HEADER : _HEADER + _NONCE], raw[_HEADER + _NONCE :]
    now = int(time.time())
    hour = int.from_bytes(header[1:])
    if header[0] != _VERSION or hour > now // HOUR + 1:
        raise StateInvalid
    if (now // HOUR - hour) * HOUR > MAX_AGE:
        raise StateExpired
    try:
        plain = _cipher(hour).decrypt(nonce, sealed, header + purpose.encode())
    except InvalidTag as error:
        raise StateInvalid from error
    if now - int.from_bytes(plain[4:_PREFIX]) > min(max_age, MAX_AGE):
        raise StateExpired
    text = zlib.decompress(plain[_PREFIX : _PREFIX + int.from_bytes(plain[:4])])
    state: dict[str, Any] = json.loads(text.decode("utf-8", "surrogatepass"))
    return state


def state_digest(token: str) -> str:
    """The SHA-256 of a token's bytes in hexadecimal: one form sent twice has one digest. Raises `StateInvalid`."""
    return hashlib.sha256(_decode(token)).hexdigest()


def _decode(token: str) -> bytes:
    if len(token) > _MAX_TOKEN_CHARS:
        raise StateInvalid
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise StateInvalid from error
    if len(raw) < _HEADER + _NONCE + _TAG + _PREFIX:
        raise StateInvalid
    return raw


def _cipher(hour: int) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(form_key(f"form state {hour}"))
