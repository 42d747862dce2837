"""Dates and times of staff forms: written and read as on the site, 28. 11. 2026. or 28 November 2026, with the browser's calendar."""

import re
from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from js_asset import Media, Script

from clicksafely.common.i18n.language import ENGLISH

# Every language accepts both notations and ISO 8601. English months may be abbreviated.
_NUMERIC: Final = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})\.?")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORDS: Final = re.compile(r"(\d{1,2})\.? ([a-z]{3,9})\.? (\d{4})\.?", re.IGNORECASE)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.]\d{2})?(?:\s*h)?", re.IGNORECASE)
_EXAMPLE: Final = date(2026, 11, 28)


def show_date(value: date) -> str:
    """Return a date in the numeric Serbian or the English format of the site, with ordinary spaces."""
    return date_format(value, "j F Y" if get_language() == ENGLISH else "j. n. Y.")


def parse_date(text: str) -> date | None:
    """Return the date that a person typed; None if there is no such date."""
    text = " ".join(text.split())
    if found := _NUMERIC.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _WORDS.fullmatch(text):
        word = found[2].lower()
        month = next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)), 0)
        day, year = int(found[1]), int(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """Return the time of day of an input such as 9, 9:30 or 09.30; None if it is no time."""
    found = _TIME.fullmatch(text.strip())
    try:
        return time(int(found[1]), int(found[2] or 0)) if found else None
    except ValueError:
        return None


class StaffDateInput(forms.DateInput):
    """A text field for a date. date_field.js adds a button that opens the browser's calendar."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vDateField", "autocomplete": "off", "data-date-field": "", **(attrs or {})})

    @property
    def media(self) -> Media:
        """The script of the calendar button."""
        return Media(js=[Script("js/staff/date_field.js", type="module")])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "placeholder": show_date(_EXAMPLE),
            "data-date-field": "en" if get_language() == ENGLISH else "sr",
            "data-date-button": _("Choose from the calendar"),
        }
        return context

    def format_value(self, value: Any) -> str | None:
        return show_date(value) if isinstance(value, date) else value


class StaffTimeInput(forms.TimeInput):
    """A text field for a time of day of 24 hours."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vTimeField", "placeholder": "10:00", "size": 6, **(attrs or {})}, format="%H:%M")


class StaffDateField(forms.DateField):
    """A date in the reader's format."""

    widget = StaffDateInput

    def to_python(self, value: Any) -> date | None:
        """Return the date, None for an empty value. Raises ValidationError."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date()
        found = value if isinstance(value, date) else parse_date(str(value))
        if found is None:
            raise ValidationError(
                _("There is no such date. Enter it like this: %(example)s") % {"example": show_date(_EXAMPLE)},
                code="invalid",
            )
        return found


class StaffTimeField(forms.TimeField):
    """A time of day."""

    widget = StaffTimeInput

    def to_python(self, value: Any) -> time | None:
        """Return the time. Raises ValidationError."""
        if value in self.empty_values:
            return None
        found = value if isinstance(value, time) else parse_time(str(value))
        if found is None:
            raise ValidationError(_("There is no such time. Enter it like this: 10:00"), code="invalid")
        return found


class StaffDateTimeInput(forms.SplitDateTimeWidget):
    """A date and a time, side by side."""

    template_name = "staff/forms/date_time.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        forms.MultiWidget.__init__(self, (StaffDateInput, StaffTimeInput), attrs)

    def id_for_label(self, id_: str) -> str:
        """Return the id of the date."""
        return f"{id_}_0" if id_ else id_


class StaffDateTimeField(forms.SplitDateTimeField):
    """A point in time, Belgrade time, as a date and a time."""

    widget = StaffDateTimeInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("input_formats", None)
        # A missing part is named.
        super().__init__(require_all_fields=False, **kwargs)
        self.fields = (StaffDateField(required=False), StaffTimeField(required=False))
        self.error_messages["invalid_date"] = gettext_lazy("Enter the date.")
        self.error_messages["invalid_time"] = gettext_lazy("Enter the time.")


# For `formfield_overrides` of an admin.
DATE_FIELDS: Final[dict[Any, dict[str, Any]]] = {
    models.DateTimeField: {"form_class": StaffDateTimeField, "widget": StaffDateTimeInput},
    models.DateField: {"form_class": StaffDateField, "widget": StaffDateInput},
    models.TimeField: {"form_class": StaffTimeField, "widget": StaffTimeInput},
}
