"""Errors of backup and restore; the messages are shown at a terminal."""


class BackupError(Exception):
    """Nothing was stored or changed, unless the message says otherwise."""


class ProgramMissing(BackupError):
    """PostgreSQL's client programs are missing or older than the server."""


class BackupDamaged(BackupError):
    """The file is truncated, altered or not a backup."""


class BackupIncompatible(BackupError):
    """A valid backup that this system cannot restore: other migrations, missing keys, or existing data."""
