"""Exceptions of services that staff pages and forms show to the user."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FieldFault(NamedTuple):
    """One error: `field` is the name of a form field ("" for none), `message` explains the error."""

    field: str
    message: str | Promise


class ActionRefused(Exception):
    """A service refused an action and wrote nothing; `faults` give the translated reasons.

    A subclass has one `reason`, at the form field `field` ("" for none), unless it is raised with others. The text of the
    exception names fields only, because reasons may contain personal data and exceptions are logged.
    """

    reason: ClassVar[str | Promise] = _("This was not possible. Nothing was changed.")
    field: ClassVar[str] = ""

    def __init__(self, reason: str | Promise | Sequence[FieldFault] = "") -> None:
        if isinstance(reason, str | Promise):
            reason = [FieldFault(self.field, reason or self.reason)]
        self.faults = tuple(reason)
        super().__init__(", ".join(fault.field for fault in self.faults))

    @property
    def message(self) -> str:
        """All reasons as one text."""
        return " ".join(str(fault.message) for fault in self.faults)


class EditConflict(Exception):
    """Another user changed the row after it was read. Nothing was written."""


# Shown for a SealError.
CANNOT_DECRYPT = _("This cannot be decrypted, because the key or the file is missing. Notify the administrator.")
