"""The secrets of an installation and the parts that hold them. Every other part refuses to start with one."""

import contextlib
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from clicksafely.common.crypto import keyring
from clicksafely.common.database_roles.grant_table import PARTS as DATABASE_PARTS

# `owner` is the owner of the database: releases and backups.
PARTS: Final = (*DATABASE_PARTS, "owner")
MIN_LENGTH: Final = 32  # characters


@dataclass(frozen=True)
class Secret:
    """The parts that hold a secret, separated by spaces. `rotates`: former values may follow the current one, separated by commas."""

    parts: str
    rotates: bool = False


# A new secret is a line here and one in `settings.py`. `provision.py` creates its value.
SECRETS: Final[Mapping[str, Secret]] = {
    # Django's SECRET_KEY of the staff site: sessions and forms of staff.
    "STAFF_SECRET_KEY": Secret("staff", rotates=True),
    # Django's SECRET_KEY of the public site: states of forms and quizzes, classes, pictures of pages, rate limits.
    "PUBLIC_SECRET_KEY": Secret("public", rotates=True),
    # Links in e-mails to schools: `outside` writes them, the public site verifies them.
    "LINK_SECRET": Secret("public outside", rotates=True),
    # Digests of codes. `outside` imports reports by e-mail and from ICCAM.
    "RECEIPT_PEPPER": Secret("public staff outside"),
    # Hashes of the pictures with which panel members open their slips.
    "PANEL_PIN_KEY": Secret("public"),
    # The worker links the audit trail, the staff site verifies it.
    "AUDIT_KEY": Secret("worker staff"),
    # Digests of the hashes of lists. The worker imports lists, `sealed` matches, the staff site checks a case before it unlocks it.
    "HASH_LIST_KEY": Secret("worker sealed staff"),
    # Addresses in queued e-mails: the staff site queues them, `outside` sends them.
    "MAIL_SECRET": Secret("staff outside", rotates=True),
}


def names_of(part: str) -> list[str]:
    """Return the names of the secrets of a part.

    The part "" is a process that does the work of all parts, as with `make run`. It has all secrets.
    """
    return [name for name, secret in SECRETS.items() if not part or part in secret.parts.split()]


def secrets_file(var_dir: Path, part: str) -> Path:
    """Return the file of a part's secrets, if they are not in its environment."""
    return var_dir / f"secrets-{part}.env"


def secret_values(name: str) -> list[str]:
    """Return the values of a secret: the current one, then former ones. Raises ImproperlyConfigured if this process has none."""
    values = str(getattr(settings, name)).split(",")
    if not values[0]:
        raise ImproperlyConfigured(f"{name} is missing: this process must not need it, or has the wrong PART.")
    return values


def current_secret(name: str) -> bytes:
    """Return the current value of a secret. Raises ImproperlyConfigured if this process has none."""
    return secret_values(name)[0].encode()


def held_secrets() -> dict[str, str]:
    """Return the current value of each secret that this process has."""
    found = {name: str(getattr(settings, name)).partition(",")[0] for name in SECRETS}
    return {name: value for name, value in found.items() if value}


def fingerprint(name: str, value: str) -> str:
    """Return 64 hexadecimal characters that identify the value of a secret and reveal nothing about it: HMAC-SHA256 under the secret."""
    return hmac.digest(value.encode(), f"clicksafely fingerprint {name}".encode(), hashlib.sha256).hex()


def find_part_problems() -> Iterator[str]:
    """Yield a sentence if PART does not name the part that this process is."""
    if settings.PART and settings.PART not in PARTS:
        yield f"PART is {settings.PART!r}."
    elif not settings.PART and settings.PORTAL != "all":
        yield "PART is empty: this process could hold the secrets of all parts."


def find_problems() -> Iterator[str]:
    """Yield a sentence for each secret that this process lacks, holds against the table, or cannot use."""
    if any(find_part_problems()):
        return
    own = names_of(settings.PART)
    for name, secret in SECRETS.items():
        values = str(getattr(settings, name)).split(",")
        if name not in own:
            if values[0]:
                yield f"{name} is not a secret of the part {settings.PART}: remove it from its environment and files."
        elif not values[0]:
            yield f"{name} is missing."
        elif min(map(len, values)) < MIN_LENGTH:
            yield f"{name} is shorter than {MIN_LENGTH} characters."
        elif len(values) > 1 and not secret.rotates:
            yield f"{name} has several values."
    for path in _foreign_files() if settings.PART else ():
        yield f"{path} has the secrets of another part, and this process can read it: remove it."


def find_key_problems() -> Iterator[str]:
    """Yield a sentence for each file of private keys that this process can read and does not need.

    `outside` opens bookings only. `owner` restores backups, with the keys or without.
    """
    # A process with PORTAL=public needs none, whatever its part.
    needed = "" if settings.PORTAL == "public" else settings.PART or "owner"
    needless = "is a file of private keys that this process does not need, and it can read it: remove it."
    if needed not in {"staff", "owner"} and _is_readable(settings.SIGNING_PRIVATE_KEY):
        yield f"{settings.SIGNING_PRIVATE_KEY} {needless}"
    path = settings.SEALING_PRIVATE_KEYS
    if needed not in {"staff", "sealed", "owner"} and _is_readable(path):
        with contextlib.suppress(ValueError):
            if needed == "outside" and set(keyring.read_private(path)) <= {"bookings"}:
                return
        yield f"{path} {needless}"


def _is_readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False


def _foreign_files() -> Iterator[Path]:
    for part in PARTS:
        path = secrets_file(settings.VAR_DIR, part)
        with contextlib.suppress(OSError):
            if part != settings.PART and path.read_bytes():
                yield path
