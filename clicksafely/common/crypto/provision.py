"""Creation of the secrets and keys of an installation, in a folder. Never replaces one."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from clicksafely.common.crypto import part_secrets, signing
from clicksafely.common.crypto.sealing import generate_rings
from clicksafely.common.files import var_folder


def ensure_secrets(var_dir: Path) -> None:
    """Create missing secrets in `secrets-PART.env`, and missing key rings and signing keys in `keys/`.

    Each part has a file with its own secrets (32 random bytes in hex). Files are readable by their owner only and
    appear complete or not at all.
    """
    var_folder.make_var_folder(var_dir)
    lock = os.open(var_dir / "provision.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _complete_secrets(var_dir)
        _complete_rings(var_dir / "keys")
        _complete_signing_keys(var_dir / "keys")
    finally:
        os.close(lock)


def _complete_secrets(var_dir: Path) -> None:
    lines = {part: _lines(part_secrets.secrets_file(var_dir, part)) for part in part_secrets.PARTS}
    # Several parts may share a secret.
    values = dict(line.split("=", 1) for of_part in lines.values() for line in of_part if "=" in line)
    for part in part_secrets.PARTS:
        path = part_secrets.secrets_file(var_dir, part)
        present = {line.partition("=")[0] for line in lines[part]}
        missing = [name for name in part_secrets.names_of(part) if name not in present]
        if missing or not path.exists():
            own = [f"{name}={values.setdefault(name, secrets.token_hex(32))}" for name in missing]
            _replace(path, [*lines[part], *own])


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _replace(path: Path, lines: Sequence[str]) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("".join(f"{line}\n" for line in lines))
    unfinished.rename(path)


def _complete_rings(directory: Path) -> None:
    if directory.exists():
        return
    unfinished = directory.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    generate_rings(unfinished)
    unfinished.rename(directory)


def _complete_signing_keys(directory: Path) -> None:
    private, public = directory / "signing-private.pem", directory / "signing-public.json"
    # A machine without the private key only verifies.
    if not private.exists() and not public.exists():
        signing.add_key(private_path=private, public_path=public)
