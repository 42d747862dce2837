"""What the services of meetings refuse beside faults at a field."""

from django.utils.functional import Promise


class EditConflict(Exception):
    """Somebody else saved the same after it was opened; nothing was written."""


class NotPossible(Exception):
    """It cannot be done as things stand; `message` says why."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message
