"""Makes the secrets and sealing keys of an installation that keeps them in its var folder. Never replaces one."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from clicksafely.common.crypto.sealing import generate_rings
from clicksafely.devserver import var_folder

SECRETS = ("SECRET_KEY", "RECEIPT_PEPPER", "FORM_SECRET", "RATE_LIMIT_SECRET", "AUDIT_KEY")
# What addresses wait under for their e-mail: for the worker and the staff door, not for the public one.
MAIL_SECRETS = ("MAIL_SECRET",)


def ensure_secrets(var_dir: Path) -> None:
    """Create `secrets.env` and `mail.env` (each secret 32 random bytes in hex) and the key rings `keys/`, whatever of them is missing.

    Everything is readable by its owner alone and appears whole or not at all.
    """
    var_folder.make_var_folder(var_dir)
    lock = os.open(var_dir / "provision.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _complete_secrets(var_dir / "secrets.env", SECRETS)
        _complete_secrets(var_dir / "mail.env", MAIL_SECRETS)
        _complete_rings(var_dir / "keys")
    finally:
        os.close(lock)


def _complete_secrets(path: Path, names: Sequence[str]) -> None:
    lines = path.read_text().splitlines() if path.exists() else []
    present = {line.partition("=")[0] for line in lines}
    missing = [f"{name}={secrets.token_hex(32)}" for name in names if name not in present]
    if not missing:
        return
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join([*lines, *missing, ""]))
    unfinished.rename(path)


def _complete_rings(directory: Path) -> None:
    if directory.exists():
        return
    unfinished = directory.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    generate_rings(unfinished)
    unfinished.rename(directory)


if __name__ == "__main__":
    ensure_secrets(Path(os.environ["VAR_DIR"]))
