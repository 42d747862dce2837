"""Fingerprints of secrets in the database, which detect secrets that do not match the data."""

from datetime import datetime

from django.db import connection

from clicksafely.common.crypto.part_secrets import fingerprint, held_secrets

# `start_check` uses this module without the apps, so it imports no models.
TABLE = "common_secretfingerprint"


def record_fingerprints(*, now: datetime) -> list[str]:
    """Record the secrets of this process that the database does not know yet. Return the names of those that it knows with other values."""
    own = {name: fingerprint(name, value) for name, value in held_secrets().items()}
    if not own:
        return []
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE} (name, fingerprint, recorded_at) VALUES (%s, %s, %s) ON CONFLICT (name) DO NOTHING",  # noqa: S608 - a constant
            [(name, value, now) for name, value in own.items()],
        )
    return differing_secrets(known_fingerprints())


def known_fingerprints() -> dict[str, str]:
    """Return the fingerprints that the database knows, by name."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name, fingerprint FROM {TABLE} ORDER BY name")  # noqa: S608 - a constant
        return dict(cursor.fetchall())


def differing_secrets(fingerprints: dict[str, str]) -> list[str]:
    """Return the names of the secrets of this process that have another value than in `fingerprints`."""
    return [
        name
        for name, value in held_secrets().items()
        if name in fingerprints and fingerprints[name] != fingerprint(name, value)
    ]


def describe_difference(names: list[str]) -> str:
    """Return one line for the administrator."""
    return (
        f"Not the secrets of this database: {', '.join(names)}. Bring the former values back from the safe. "
        f"If they were rotated on purpose, run `manage.py accept_secrets {' '.join(names)}` as the owner of the database; "
        "docs/operations/configure.md says what is lost with each."
    )
