"""Sealing: HPKE (RFC 9180) with the hybrid post-quantum KEM MLKEM768-X25519, HKDF-SHA256, ChaCha20-Poly1305."""

from collections.abc import Buffer
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from clicksafely.common.crypto import keyring, receipts
from clicksafely.common.crypto.keyring import KEY_ID_BYTES, REPORTER_KEY_ID, SECRET_BYTES, Ring, generate_rings

__all__ = [
    "HEADER_BYTES",
    "NoPrivateKey",
    "NoPublicKey",
    "ReporterKey",
    "Ring",
    "SealError",
    "SealedValueDamaged",
    "WrongKey",
    "generate_rings",
    "key_id",
    "open_sealed",
    "seal",
    "seal_for_reporter",
    "sealed_header",
]

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_FORMAT = b"\x01"
_LENGTH_BYTES = 4
HEADER_BYTES = len(_FORMAT) + KEY_ID_BYTES

# Padded sizes in bytes, including the 4 bytes of the length; above them multiples of 64 KiB, from 1 MiB on of 256 KiB.
SIZE_CLASSES = (256, 1024, 4096, 16 * 1024, 64 * 1024)


class SealError(Exception):
    """A value could not be sealed or opened. Contains no part of the value."""


class NoPublicKey(SealError):
    """The public key ring file is missing, unreadable or without this ring."""


class NoPrivateKey(SealError):
    """This process has no private keys of the ring, as intended for the public process."""


class WrongKey(SealError):
    """The value is sealed to a key that is not on the ring."""


class SealedValueDamaged(SealError):
    """The value is truncated, altered, or sealed for another table, field or row."""


def seal(plaintext: Buffer, *, ring: Ring, table: str, field: str, row: UUID) -> bytes:
    """Seal to the newest public key of `ring`, bound to table, field and row. Raises NoPublicKey.

    A sealed value consists of format (1 byte), key ID (4 bytes), encapsulated key and ciphertext. The text is first
    padded to a size class, to hide its length. The HPKE `info` binds it to its ring, table, field and row.
    """
    try:
        newest, key = keyring.read_public(settings.SEALING_PUBLIC_KEYS)[ring][-1]
    except (OSError, ValueError, LookupError) as error:
        raise NoPublicKey(ring) from error
    return _seal(plaintext, newest, key, _info(ring, table, field, row))


def open_sealed(sealed: Buffer, *, ring: Ring, table: str, field: str, row: UUID) -> bytes:
    """Open a value sealed with the same ring, table, field and row. Raises NoPrivateKey, WrongKey or SealedValueDamaged."""
    sealed = bytes(sealed)
    try:
        keys = keyring.read_private(settings.SEALING_PRIVATE_KEYS)[ring]
    except (OSError, ValueError, LookupError) as error:
        raise NoPrivateKey(ring) from error
    key = keys.get(key_id(sealed))
    if key is None:
        raise WrongKey(ring)
    return _open(sealed, key, _info(ring, table, field, row))


def sealed_header(ring: Ring) -> bytes:
    """Return the first 5 bytes of all values sealed to the newest key of `ring`."""
    return _FORMAT + keyring.read_public(settings.SEALING_PUBLIC_KEYS)[ring][-1][0]


def key_id(sealed: bytes) -> bytes:
    """Return the ID (4 bytes) of the key of a sealed value. Raises SealedValueDamaged for other values."""
    if len(sealed) < HEADER_BYTES or not sealed.startswith(_FORMAT):
        raise SealedValueDamaged("not a sealed value")
    return sealed[len(_FORMAT) : HEADER_BYTES]


class ReporterKey:
    """The key pair of a reporter, derived from the receipt and the report's salt, never stored.

    A slow hash is unnecessary: a receipt has 80 random bits.
    """

    def __init__(self, secret: bytes) -> None:
        self._key, self.public_bytes = keyring.key_pair(secret)

    @classmethod
    def derive(cls, receipt: str, salt: Buffer) -> "ReporterKey":
        """Return the key pair of a normalised receipt (ValueError for other input) and the salt (16 bytes) of its report."""
        hkdf = HKDF(algorithm=SHA256(), length=SECRET_BYTES, salt=bytes(salt), info=b"clicksafely/reporter/v1")
        return cls(hkdf.derive(receipts.receipt_bytes(receipt)))

    def open(self, sealed: Buffer, *, table: str, field: str, row: UUID) -> bytes:
        """Open the output of `seal_for_reporter`. Raises WrongKey for values sealed for the hotline, or SealedValueDamaged."""
        sealed = bytes(sealed)
        if key_id(sealed) != REPORTER_KEY_ID:
            raise WrongKey("reporter")
        return _open(sealed, self._key, _info("reporter", table, field, row))


def seal_for_reporter(plaintext: Buffer, *, public_bytes: Buffer, table: str, field: str, row: UUID) -> bytes:
    """Seal to the reporter with the key `ReporterKey.public_bytes`; ValueError if it is invalid."""
    return _seal(
        plaintext, REPORTER_KEY_ID, keyring.public_key(bytes(public_bytes)), _info("reporter", table, field, row)
    )


def _seal(plaintext: Buffer, key_id: bytes, key: MLKEM768X25519PublicKey, info: bytes) -> bytes:
    content = bytes(plaintext)
    size = _LENGTH_BYTES + len(content)
    padded = b"".join((len(content).to_bytes(_LENGTH_BYTES), content, bytes(_padded_size(size) - size)))
    return b"".join((_FORMAT, key_id, _SUITE.encrypt(padded, key, info)))


def _open(sealed: bytes, key: MLKEM768X25519PrivateKey, info: bytes) -> bytes:
    try:
        padded = _SUITE.decrypt(memoryview(sealed)[HEADER_BYTES:], key, info)
    except (InvalidTag, ValueError) as error:
        raise SealedValueDamaged("altered, or sealed for another place") from error
    length = int.from_bytes(padded[:_LENGTH_BYTES])
    if len(padded) < _LENGTH_BYTES + length:
        raise SealedValueDamaged("sealed by another program")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]


def _padded_size(size: int) -> int:
    for size_class in SIZE_CLASSES:
        if size <= size_class:
            return size_class
    step = SIZE_CLASSES[-1] if size <= 1024 * 1024 else 256 * 1024
    return -(-size // step) * step


def _info(ring: str, table: str, field: str, row: UUID) -> bytes:
    # Length prefixes keep the encoding of different bindings distinct.
    parts = (b"clicksafely/seal/v1", ring.encode(), table.encode(), field.encode(), row.bytes)
    return b"".join(len(part).to_bytes(2) + part for part in parts)
