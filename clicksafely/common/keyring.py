"""Key rings: the files that hold the sealing keys, and their parsed keys."""

import base64
import json
import os
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

Ring = Literal["hotline", "panel", "bookings"]
RINGS: tuple[Ring, ...] = ("hotline", "panel", "bookings")
KEY_ID_BYTES = 4
_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_SEED_BYTES = 64

PublicKeys = dict[str, list[tuple[bytes, MLKEM768X25519PublicKey]]]
PrivateKeys = dict[str, dict[bytes, MLKEM768X25519PrivateKey]]


def private_key(secret: bytes) -> MLKEM768X25519PrivateKey:
    """The hybrid private key (X-Wing, draft-connolly-cfrg-xwing-kem) of 96 secret bytes."""
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED_BYTES]),
        X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED_BYTES:]),
    )


def public_bytes(secret: bytes) -> bytes:
    """The 1216 public bytes that belong to 96 secret bytes."""
    mlkem = MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED_BYTES]).public_key().public_bytes_raw()
    return mlkem + X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED_BYTES:]).public_key().public_bytes_raw()


def public_key(public: bytes) -> MLKEM768X25519PublicKey:
    """The hybrid public key of 1216 bytes; raises ValueError where they are none."""
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
    )


def generate_rings(directory: Path) -> None:
    """Write `public.json` and `private.json` (0600) with one new key for every ring. Raises FileExistsError, replaces nothing."""
    private: dict[str, list[dict[str, str]]] = {ring: [_new_entry()] for ring in RINGS}
    _write(directory / "private.json", private, new=True)
    _write(directory / "public.json", _without_secrets(private), new=True)


def add_key(ring: Ring, *, public_path: Path, private_path: Path) -> str:
    """Put a new key on a ring, in both files; what is sealed from now on is sealed to it. Returns its id (hex)."""
    private = json.loads(private_path.read_text())
    private[ring].append(_new_entry())
    # The private half first: a key must never be sealed to before it can be opened.
    _write(private_path, private)
    _write(public_path, _without_secrets(private))
    return str(private[ring][-1]["id"])


def drop_keys(ring: Ring, ids: set[str], *, public_path: Path, private_path: Path) -> None:
    """Take keys off a ring. What is still sealed to them can never be opened again: the caller has looked."""
    private = json.loads(private_path.read_text())
    private[ring] = [entry for entry in private[ring] if entry["id"] not in ids]
    _write(public_path, _without_secrets(private))
    _write(private_path, private)


def read_public(path: Path) -> PublicKeys:
    """Ring -> [(key id, key)], oldest first; read once for each state of the file."""
    return _public_files.read(path)


def read_private(path: Path) -> PrivateKeys:
    """Ring -> {key id: key}; empty where the process has no such file, as the public door has none."""
    return _private_files.read(path) if path.exists() else {}


class _Files[T]:
    """Parsed files, parsed again when a file changes."""

    def __init__(self, parse: Callable[[dict[str, list[dict[str, str]]]], T]) -> None:
        self._parse = parse
        self._held: dict[Path, tuple[tuple[int, int], T]] = {}
        self._lock = threading.Lock()

    def read(self, path: Path) -> T:
        status = path.stat()
        state = (status.st_mtime_ns, status.st_ino)
        held = self._held.get(path)
        if held is None or held[0] != state:
            with self._lock:
                held = (state, self._parse(json.loads(path.read_text())))
                self._held[path] = held
        return held[1]


def _parse_public(content: dict[str, list[dict[str, str]]]) -> PublicKeys:
    return {
        ring: [(bytes.fromhex(entry["id"]), public_key(base64.b64decode(entry["public"]))) for entry in entries]
        for ring, entries in content.items()
    }


def _parse_private(content: dict[str, list[dict[str, str]]]) -> PrivateKeys:
    return {
        ring: {bytes.fromhex(entry["id"]): private_key(base64.b64decode(entry["secret"])) for entry in entries}
        for ring, entries in content.items()
    }


_public_files: _Files[PublicKeys] = _Files(_parse_public)
_private_files: _Files[PrivateKeys] = _Files(_parse_private)


def _new_entry() -> dict[str, str]:
    secret = secrets.token_bytes(96)
    return {
        "id": secrets.token_hex(KEY_ID_BYTES),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "public": base64.b64encode(public_bytes(secret)).decode(),
        "secret": base64.b64encode(secret).decode(),
    }


def _without_secrets(rings: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    return {
        ring: [{name: value for name, value in entry.items() if name != "secret"} for entry in entries]
        for ring, entries in rings.items()
    }


def _write(path: Path, content: object, *, new: bool = False) -> None:
    if new and path.exists():
        raise FileExistsError(path)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
