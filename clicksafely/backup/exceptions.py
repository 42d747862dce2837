"""What keeps a backup or a restore from happening; each message is for a person at a terminal."""


class BackupError(Exception):
    """Nothing was kept, or nothing was changed, unless the message says otherwise."""


class ProgramMissing(BackupError):
    """PostgreSQL's own programs are not here, or too old for the server."""


class BackupDamaged(BackupError):
    """The file is no whole backup: cut off, altered, or none at all."""


class BackupIncompatible(BackupError):
    """A sound backup that must not come into this system: other migrations, keys that are missing, a system that is not empty."""
