"""Form fields for text that people type."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clicksafely.common.plain_text import TextError, clean_text


class UnlabelledHiddenInput(forms.HiddenInput):
    """What a form of the staff site notes for itself. Django gives it a label; this one points at nothing, for nobody can reach the field."""

    def id_for_label(self, id_: str | None) -> str:
        return ""


class PlainTextField(forms.CharField):
    """Text of several lines, cleaned by `clean_text`; its errors say what is wrong and what to do.

    `max_length` (code points) is compared here and not by the browser, which would cut off a pasted text without a word.
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
    """The same on one line: line ends and tabs become spaces."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> str:
        """Return the cleaned text on one line."""
        return " ".join(super().to_python(value).split())
