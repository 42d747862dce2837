"""Why something was not done; what stands there remains as it was."""

from django.utils.functional import Promise


class ActionNotAllowed(Exception):
    """The message says why, in the reader's language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message
