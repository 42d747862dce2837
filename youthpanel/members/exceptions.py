"""What is refused in the records, with the field where it is to be mended."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.functional import Promise


class FieldFault(NamedTuple):
    """One thing that is wrong: `field` is the name of a field of the form, `message` says it in plain words."""

    field: str
    message: str | Promise


class RecordRefused(Exception):
    """Nothing was written. `faults` say why; the message of the exception names fields only, never what stood in them."""

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__(", ".join(fault.field for fault in faults))
        self.faults = tuple(faults)


class ErasureLogUnwritable(Exception):
    """The list of erasures cannot be written, so nothing was erased: a restored backup would bring the person back."""
