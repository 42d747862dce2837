"""The manifest of a backup, and the checks that it fits the program and keys of this system."""

import json
import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from clicksafely.backup import postgres
from clicksafely.backup.archive import ArchiveMember
from clicksafely.backup.exceptions import BackupDamaged, BackupIncompatible
from clicksafely.common.audit import chain
from clicksafely.common.crypto import key_rotation, secret_fingerprints

FORMAT: Final = 1
BASE_DIR: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Manifest:
    """`tables`: rows by table, without sessions. `migrations`: `app.name` of all applied. `audit_head`: as `ChainHead` is written.

    `key_ids`: the keys (hex) in use for sealed values, by ring. `secrets`: fingerprints of the secrets, by name. `files`: size and SHA-256
    of every other member. Times are UTC, ISO 8601.
    """

    created_at: str
    version: str
    postgres: int
    tables: dict[str, int]
    migrations: list[str]
    audit_head: str
    key_ids: dict[str, list[str]]
    secrets: dict[str, str]
    files: dict[str, ArchiveMember]
    format: int = FORMAT

    def as_json(self) -> bytes:
        """Return the manifest as stored in a backup."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def parse(cls, content: bytes) -> "Manifest":
        """Read the output of `as_json`. Raises BackupDamaged, or BackupIncompatible if a later version of the portal wrote it."""
        try:
            parsed: dict[str, Any] = json.loads(content)
            if parsed["format"] != FORMAT:
                raise BackupIncompatible(
                    f"The backup has the format {parsed['format']}; this version of the portal supports {FORMAT}."
                )
            files = {name: ArchiveMember(size, digest) for name, (size, digest) in parsed.pop("files").items()}
            return cls(files=files, **parsed)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupDamaged(f"The manifest is invalid ({type(error).__name__}).") from error


def describe_database(*, now: datetime) -> Manifest:
    """Return the manifest, without files, of the database as seen by the current transaction."""
    return Manifest(
        created_at=now.isoformat(timespec="seconds"),
        version=version(),
        postgres=postgres.server_version(),
        tables=count_tables(),
        migrations=sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations()),
        audit_head=str(chain.current_head()),
        key_ids=key_rotation.key_ids_in_use(),
        secrets=secret_fingerprints.known_fingerprints(),
        files={},
    )


def count_tables() -> dict[str, int]:
    """Return the row counts of all tables that a backup includes."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - set(postgres.EXCLUDED_TABLES))
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name from the system catalogue
            counts[table] = cursor.fetchone()[0]
    return counts


def check_migrations_match(manifest: Manifest) -> None:
    """Raises BackupIncompatible if the migrations of this program differ from those of the backup."""
    ours = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    theirs = set(manifest.migrations)
    if ours == theirs:
        return
    if theirs - ours:
        which, first = "a newer version", min(theirs - ours)
    else:
        which, first = "an older version", min(ours - theirs)
    raise BackupIncompatible(
        f"The backup was made by {which} of the portal ({manifest.version}; this is {version()}; they differ in {first}). "
        f"Install the version that made it, restore there, then upgrade as usual."
    )


def version() -> str:
    """Return the version of this program."""
    number: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
    return number
