"""Key rings: the files of the sealing keys, and their parser."""

import base64
import contextlib
import fcntl
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from clicksafely.common.files.atomic_files import write_atomically

Ring = Literal["hotline", "panel", "bookings", "accounts"]
RINGS: tuple[Ring, ...] = ("hotline", "panel", "bookings", "accounts")
KEY_ID_BYTES = 4
# Key ID of values sealed to a reporter's own key.
REPORTER_KEY_ID = bytes(KEY_ID_BYTES)
SECRET_BYTES = 96
_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_SEED_BYTES = 64

PublicKeys = dict[str, list[tuple[bytes, MLKEM768X25519PublicKey]]]
PrivateKeys = dict[str, dict[bytes, MLKEM768X25519PrivateKey]]
# A file is JSON: ring -> list of keys, oldest first. A key has `id` (8 hex digits), `created` (UTC) and `public`
# (base64 of 1184 ML-KEM-768 and 32 X25519 bytes). In the private file it also has `secret` (base64 of the 64-byte
# ML-KEM seed and 32 X25519 bytes).
KeyRingFile = dict[str, list[dict[str, str]]]


class KeyRingError(ValueError):
    """The file is not a key ring: invalid JSON, or a missing or invalid ring or key."""


def key_pair(secret: bytes) -> tuple[MLKEM768X25519PrivateKey, bytes]:
    """Return the hybrid private key (X-Wing, draft-connolly-cfrg-xwing-kem) of 96 secret bytes, and its 1216 public bytes."""
    mlkem = MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED_BYTES])
    x25519 = X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED_BYTES:])
    public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    return MLKEM768X25519PrivateKey(mlkem, x25519), public


def public_key(public: bytes) -> MLKEM768X25519PublicKey:
    """Return the hybrid public key of 1216 bytes; raises ValueError if they are invalid."""
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
    )


def generate_rings(directory: Path) -> None:
    """Write `public.json` and `private.json` (0600) with one new key for every ring.

    Raises FileExistsError if either file exists.
    """
    public, private = directory / "public.json", directory / "private.json"
    for path in (public, private):
        if path.exists():
            raise FileExistsError(path)
    content: KeyRingFile = {}
    for ring in RINGS:
        content[ring] = [_new_entry(content)]
    _write(private, content)
    _write(public, _without_secrets(content))


@contextlib.contextmanager
def lock_key_rings(private_path: Path) -> Iterator[None]:
    """Lock the key rings against another rotation. Raises BlockingIOError if one is running."""
    descriptor = os.open(private_path.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def add_key(ring: Ring, *, public_path: Path, private_path: Path) -> str:
    """Add a new key to a ring, in both files; later values are sealed to it. Returns its ID (hex)."""
    content = read_entries(private_path)
    entry = _new_entry(content)
    content[ring].append(entry)
    # The private file first: no value may be sealed to a key that cannot be opened yet.
    _write(private_path, content)
    _write(public_path, _without_secrets(content))
    return entry["id"]


def remove_keys(ring: Ring, ids: set[str], *, public_path: Path, private_path: Path) -> None:
    """Remove keys (IDs in hex) from a ring. Values sealed to them become unreadable; the caller must check that there are none.

    Raises ValueError for the newest key, which later values are sealed to.
    """
    content = read_entries(private_path)
    if content[ring][-1]["id"] in ids:
        raise ValueError("the newest key of a ring cannot be removed")
    content[ring] = [entry for entry in content[ring] if entry["id"] not in ids]
    _write(public_path, _without_secrets(content))
    _write(private_path, content)


def read_public(path: Path) -> PublicKeys:
    """Return ring -> [(key ID, key)], oldest first; cached until the file changes.

    Raises OSError if the file cannot be read, KeyRingError if it is malformed.
    """
    return _public_files.read(path)


def read_private(path: Path) -> PrivateKeys:
    """Return ring -> {key ID: key}, newest last.

    Empty if the process has no readable private file, as in the public process. Raises KeyRingError if the file is
    malformed.
    """
    try:
        return _private_files.read(path)
    except (FileNotFoundError, PermissionError):
        return {}


def read_entries(path: Path) -> KeyRingFile:
    """Return the content of a file: ring -> entries, oldest first. Raises OSError, ValueError."""
    content: KeyRingFile = json.loads(path.read_bytes())
    return content


class _Files[T]:
    """Cache of parsed files, read again after a change."""

    def __init__(self, parse: Callable[[KeyRingFile], T]) -> None:
        self._parse = parse
        self._cache: dict[Path, tuple[tuple[int, int, int], T]] = {}
        self._lock = threading.Lock()

    def read(self, path: Path) -> T:
        status = path.stat()
        state = (status.st_mtime_ns, status.st_ino, status.st_size)
        cached = self._cache.get(path)
        if cached is None or cached[0] != state:
            with self._lock:
                cached = (state, self._understand(path))
                self._cache[path] = cached
        return cached[1]

    def _understand(self, path: Path) -> T:
        try:
            return self._parse(read_entries(path))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # Not chained: a parser's message may quote the file.
            raise KeyRingError(f"{path} is not a key ring: {type(error).__name__}") from None


def _parse_public(content: KeyRingFile) -> PublicKeys:
    return {
        ring: [(_key_id(entry), public_key(base64.b64decode(entry["public"], validate=True))) for entry in entries]
        for ring, entries in content.items()
    }


def _parse_private(content: KeyRingFile) -> PrivateKeys:
    return {
        ring: {_key_id(entry): key_pair(base64.b64decode(entry["secret"], validate=True))[0] for entry in entries}
        for ring, entries in content.items()
    }


def _key_id(entry: dict[str, str]) -> bytes:
    key_id = bytes.fromhex(entry["id"])
    if len(key_id) != KEY_ID_BYTES or key_id == REPORTER_KEY_ID:
        raise ValueError("not a key ID")
    return key_id


_public_files: _Files[PublicKeys] = _Files(_parse_public)
_private_files: _Files[PrivateKeys] = _Files(_parse_private)


def _new_entry(content: KeyRingFile) -> dict[str, str]:
    taken = {entry["id"] for entries in content.values() for entry in entries} | {REPORTER_KEY_ID.hex()}
    secret = secrets.token_bytes(SECRET_BYTES)
    key_id = secrets.token_hex(KEY_ID_BYTES)
    while key_id in taken:
        key_id = secrets.token_hex(KEY_ID_BYTES)
    return {
        "id": key_id,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "public": base64.b64encode(key_pair(secret)[1]).decode(),
        "secret": base64.b64encode(secret).decode(),
    }


def _without_secrets(content: KeyRingFile) -> KeyRingFile:
    return {
        ring: [{name: value for name, value in entry.items() if name != "secret"} for entry in entries]
        for ring, entries in content.items()
    }


def _write(path: Path, content: KeyRingFile) -> None:
    write_atomically(path, json.dumps(content, indent=1).encode())
