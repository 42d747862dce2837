"""Exceptions of the member records, with faults at fields."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.functional import Promise


class FieldFault(NamedTuple):
    """One error: `field` is the name of a form field, `message` explains the error."""

    field: str
    message: str | Promise


class RecordRefused(Exception):
    """Nothing was written. `faults` give the reasons. The message of the exception contains field names only, no values."""

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__(", ".join(fault.field for fault in faults))
        self.faults = tuple(faults)


class ErasureLogUnwritable(Exception):
    """The erasure log cannot be written, so nothing was erased. A restored backup would otherwise bring the member back."""
