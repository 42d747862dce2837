"""Exceptions of the meeting services, other than faults at a field."""

from django.utils.functional import Promise


class EditConflict(Exception):
    """Another user saved the same row after it was opened. Nothing was written."""


class NotPossible(Exception):
    """The current state does not allow this; `message` gives the reason."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message
