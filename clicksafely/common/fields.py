"""Form fields for free text, and errors of services in forms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.plain_text import TextError, clean_text


class UnlabelledHiddenInput(forms.HiddenInput):
    """Hidden input of staff forms. Django would render a label, which would refer to an inaccessible field."""

    def id_for_label(self, id_: str | None) -> str:
        return ""


class PlainTextField(forms.CharField):
    """Text of several lines, cleaned by `clean_text`; its errors name the problem and the remedy.

    The server checks `max_length` (code points); the browser would silently truncate pasted text.
    """

    widget: type[forms.Widget] = forms.Textarea

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = max_length

    def to_python(self, value: Any) -> str:
        """Return the cleaned text; raise ValidationError with the code of the TextError."""
        try:
            return clean_text(super().to_python(value) or "", max_length=self.limit)
        except TextError as error:
            raise ValidationError(error.message, code=error.code, params=error.params) from error


class PlainLineField(PlainTextField):
    """A PlainTextField of one line: line ends and tabs become spaces."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> str:
        """Return the cleaned text on one line."""
        return " ".join(super().to_python(value).split())


def add_faults(form: forms.BaseForm, refused: ActionRefused) -> None:
    """Add each fault at its field, or above the form if the form lacks the field."""
    for fault in refused.faults:
        form.add_error(fault.field if fault.field in form.fields else None, str(fault.message))
