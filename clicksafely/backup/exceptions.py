"""What keeps a backup or a restore from happening; each message is for a person at a terminal."""


class KeepingError(Exception):
    """Nothing was kept, or nothing was changed, unless the message says otherwise."""


class ProgramMissing(KeepingError):
    """PostgreSQL's own programs are not here, or too old for the server."""


class Damaged(KeepingError):
    """The file is no whole backup: cut off, altered, or none at all."""


class Unfit(KeepingError):
    """A sound backup that must not come into this system: other migrations, keys that are missing, a system that is not empty."""
