"""Sealing: HPKE (RFC 9180) to the hybrid post-quantum KEM MLKEM768-X25519, HKDF-SHA256, ChaCha20-Poly1305.

A sealed value is: format (1 byte), key id (4 bytes), encapsulated key and ciphertext. The text is padded to a size class first,
so that its length tells little; `info` binds it to its ring, table, field and row, so that it opens nowhere else.
"""

from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from clicksafely.common import keyring, receipts
from clicksafely.common.keyring import KEY_ID_BYTES, Ring, generate_rings

__all__ = ["Ring", "generate_rings"]

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_FORMAT = b"\x01"
_TO_REPORTER = bytes(KEY_ID_BYTES)
_HEADER = len(_FORMAT) + KEY_ID_BYTES
_LENGTH_BYTES = 4
SIZE_CLASSES = (256, 1024, 4096, 16_384, 65_536)


class SealError(Exception):
    """A sealed value could not be opened."""


class NoPrivateKey(SealError):
    """This process has no private key for the ring, or no longer the one the value was sealed to."""


class Damaged(SealError):
    """The value is cut, altered, or was sealed for another place."""


def seal(plaintext: bytes, *, ring: Ring, table: str, field: str, row: UUID) -> bytes:
    """Seal to the newest public key of `ring`, bound to table, field and row."""
    key_id, key = keyring.read_public(settings.SEALING_PUBLIC_KEYS)[ring][-1]
    return _seal(plaintext, key_id, key, _info(ring, table, field, row))


def open_sealed(sealed: bytes, *, ring: Ring, table: str, field: str, row: UUID) -> bytes:
    """Open what `seal` made with the same ring, table, field and row. Raises NoPrivateKey or Damaged."""
    sealed = bytes(sealed)
    key = keyring.read_private(settings.SEALING_PRIVATE_KEYS).get(ring, {}).get(key_id(sealed))
    if key is None:
        raise NoPrivateKey(ring)
    return _open(sealed, key, _info(ring, table, field, row))


def key_id(sealed: bytes) -> bytes:
    """The id of the key that a value is sealed to. Raises Damaged where it is not a sealed value."""
    if len(sealed) < _HEADER or sealed[:1] != _FORMAT:
        raise Damaged("not a sealed value")
    return bytes(sealed[len(_FORMAT) : _HEADER])


class ReporterKey:
    """The key pair of a reporter, derived from the receipt and the report's salt, never stored.

    No slow hash is needed: a receipt holds 80 random bits.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.public_bytes = keyring.public_bytes(secret)

    @classmethod
    def derive(cls, receipt: str, salt: bytes) -> "ReporterKey":
        """The pair of a normalised receipt and the 16-byte salt of its report."""
        hkdf = HKDF(algorithm=SHA256(), length=96, salt=salt, info=b"clicksafely/reporter/v1")
        return cls(hkdf.derive(receipts.to_bytes(receipt)))

    def open(self, sealed: bytes, *, table: str, field: str, row: UUID) -> bytes:
        """Open what `seal_for_reporter` made. Raises Damaged."""
        return _open(bytes(sealed), keyring.private_key(self._secret), _info("reporter", table, field, row))


def seal_for_reporter(plaintext: bytes, *, public_bytes: bytes, table: str, field: str, row: UUID) -> bytes:
    """Seal to the reporter whose `ReporterKey.public_bytes` these are."""
    return _seal(plaintext, _TO_REPORTER, keyring.public_key(bytes(public_bytes)), _info("reporter", table, field, row))


def _seal(plaintext: bytes, key_id: bytes, key: MLKEM768X25519PublicKey, info: bytes) -> bytes:
    padded = len(plaintext).to_bytes(_LENGTH_BYTES) + plaintext
    return _FORMAT + key_id + _SUITE.encrypt(padded.ljust(_padded_size(len(padded)), b"\0"), key, info)


def _open(sealed: bytes, key: MLKEM768X25519PrivateKey, info: bytes) -> bytes:
    try:
        padded = _SUITE.decrypt(sealed[_HEADER:], key, info)
    except (InvalidTag, ValueError) as error:
        raise Damaged("altered, or sealed for another place") from error
    length = int.from_bytes(padded[:_LENGTH_BYTES])
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]


def _padded_size(size: int) -> int:
    for size_class in SIZE_CLASSES:
        if size <= size_class:
            return size_class
    return -(-size // SIZE_CLASSES[-1]) * SIZE_CLASSES[-1]


def _info(ring: str, table: str, field: str, row: UUID) -> bytes:
    # Lengths in front: no two places can spell the same bytes.
    parts = (b"clicksafely/seal/v1", ring.encode(), table.encode(), field.encode(), row.bytes)
    return b"".join(len(part).to_bytes(2) + part for part in parts)
