"""Signed orders: Ed25519 signatures (RFC 8032) of the staff site over the decisions that other processes carry out."""

import base64
import hashlib
import json
from collections.abc import Buffer, Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.files.atomic_files import write_atomically

VERSION = 1
KEY_ID_BYTES = 4

Value = str | int | bool | datetime | None


class NoSigningKey(ActionRefused):
    """This process cannot sign, as intended for all but the staff process."""

    reason = _(
        "The portal cannot sign this decision, because its signing key is missing or damaged. Nothing was changed. "
        "Notify the administrator."
    )


class NoVerificationKeys(ActionRefused):
    """The public keys are missing or damaged, so nothing can be verified."""

    reason = _(
        "The portal cannot verify signatures, because its keys are missing or damaged. Nothing was changed. Notify the "
        "administrator."
    )


def sign(purpose: str, statement: Mapping[str, Value]) -> bytes:
    """Return the signature over a statement; `purpose` names the kind of order. Raises NoSigningKey.

    A signature is the ID of its key (4 bytes of the SHA-256 of the public key) and 64 bytes.
    """
    key = _private_key()
    return _key_id(key.public_key()) + key.sign(_canonical(purpose, statement))


def is_signed(signature: Buffer | None, purpose: str, statement: Mapping[str, Value]) -> bool:
    """Return whether the signature is one of the staff site over exactly this statement. Raises NoVerificationKeys."""
    signature = bytes(signature or b"")
    key = {_key_id(key): key for key in _public_keys()}.get(signature[:KEY_ID_BYTES])
    if key is None:
        return False
    try:
        key.verify(signature[KEY_ID_BYTES:], _canonical(purpose, statement))
    except InvalidSignature:
        return False
    return True


def sign_document(purpose: str, statement: Mapping[str, Value]) -> tuple[bytes, bytes]:
    """Return a statement as a JSON document, and the plain Ed25519 signature over its bytes (64 bytes).

    Other programs can verify the signature. Raises NoSigningKey.
    """
    document = _canonical(purpose, statement)
    return document, _private_key().sign(document)


def is_document_signed(document: bytes, signature: bytes) -> bool:
    """Return whether `signature` is one of the staff site over exactly this document. Raises NoVerificationKeys."""
    for key in _public_keys():
        try:
            key.verify(signature, document)
        except InvalidSignature:
            continue
        return True
    return False


def public_key_pem() -> bytes:
    """Return the public key of new signatures (PEM). Raises NoSigningKey."""
    return _private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def check_keys() -> None:
    """Raise NoSigningKey or NoVerificationKeys unless this process can sign and verify."""
    _private_key()
    _public_keys()


def read_private(path: Path) -> Ed25519PrivateKey:
    """Return the private key of a PEM file, which the staff process alone has. Raises OSError, ValueError."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")
    return key


def read_public(path: Path) -> list[Ed25519PublicKey]:
    """Return the public keys, oldest first, at least one. Raises OSError, ValueError, TypeError, LookupError.

    The file is a JSON list of `created` (UTC) and `public` (base64 of 32 bytes). A signature of each of the keys is
    valid.
    """
    entries = json.loads(path.read_bytes())
    if not entries or not isinstance(entries, list):
        raise ValueError(f"{path} holds no list of keys")
    return [Ed25519PublicKey.from_public_bytes(base64.b64decode(entry["public"], validate=True)) for entry in entries]


def add_key(*, private_path: Path, public_path: Path) -> None:
    """Replace the private key by a new one and append its public key; signatures of the former keys stay valid.

    Raises OSError, ValueError.
    """
    key = Ed25519PrivateKey.generate()
    entries = json.loads(public_path.read_bytes()) if public_path.exists() else []
    entries.append(
        {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "public": base64.b64encode(key.public_key().public_bytes_raw()).decode(),
        }
    )
    # The public file first: no order may be signed with a key that cannot be verified.
    write_atomically(public_path, json.dumps(entries, indent=1).encode())
    write_atomically(private_path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def remove_old_keys(*, public_path: Path) -> int:
    """Keep the newest public key only and return the number of removed keys; their signatures become invalid."""
    *old, newest = json.loads(public_path.read_bytes())
    write_atomically(public_path, json.dumps([newest], indent=1).encode())
    return len(old)


def _private_key() -> Ed25519PrivateKey:
    try:
        return read_private(settings.SIGNING_PRIVATE_KEY)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NoSigningKey from error


def _public_keys() -> list[Ed25519PublicKey]:
    try:
        return read_public(settings.SIGNING_PUBLIC_KEYS)
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise NoVerificationKeys from error


def _canonical(purpose: str, statement: Mapping[str, Value]) -> bytes:
    fields = {
        name: value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for name, value in statement.items()
    }
    content = {"purpose": purpose, "version": VERSION, "order": fields}
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _key_id(key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(key.public_bytes_raw()).digest()[:KEY_ID_BYTES]
