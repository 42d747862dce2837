"""The forms of bookings: what a school asks for, and what it changes by its link."""

from collections.abc import Sequence
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from awareness.events.bookings.form_parts import ContactMixin, DatesMixin, laid_out, line, number
from awareness.events.bookings.services import Asked, Change
from awareness.events.models import Booking, EventDate
from awareness.events.models.booking import LARGEST_CLASS
from awareness.events.states import BookingState
from awareness.events.vocabulary import GRADES, SchoolKind
from clicksafely.common.cookieless import HONEYPOT
from clicksafely.common.towns import town_named

TOWNS_LIST: Final = "towns"


class BookingForm(DatesMixin, ContactMixin):
    """What a school asks for."""

    school = line(gettext_lazy("School"), most=160, complete="organization")
    school_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of school"), choices=[("", pgettext_lazy("choice", "Choose")), *SchoolKind.choices]
    )
    town = line(
        gettext_lazy("Town of the school"),
        most=60,
        widget=forms.TextInput(attrs={"list": TOWNS_LIST, "autocomplete": "address-level2"}),
        help_text=gettext_lazy("The town or municipality, in either script."),
    )
    grade = forms.ChoiceField(
        label=gettext_lazy("Grade"),
        required=False,
        choices=[("", "—"), *((str(grade), f"{grade}.") for grade in range(1, 9))],
    )
    pupils = number(gettext_lazy("Pupils"), least=1)
    adults = number(gettext_lazy("Adults with them"), least=0, initial=1)

    field_order = [
        "first", "also", "school", "school_kind", "town", "grade", "pupils", "adults", "name", "email", "phone", "needs",
    ]  # fmt: skip

    def __init__(self, *args: Any, dates: Sequence[EventDate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(dates)

    @property
    def helper(self) -> FormHelper:
        """How crispy lays the fields out."""
        dates = [Field(name, wrapper_class="choices") for name in ("first", "also") if name in self.fields]
        return laid_out(
            Fieldset(_("When"), *dates),
            Fieldset(
                _("Your class"),
                "school",
                Div("school_kind", "town", css_class="pair"),
                Div("grade", "pupils", "adults", css_class="three"),
            ),
            Fieldset(_("You"), "name", Div("email", "phone", css_class="pair"), "needs"),
            HTML("{% include 'components/honeypot.html' with name='" + HONEYPOT + "' only %}"),
        )

    def clean_town(self) -> str:
        """The code of the town that was written."""
        return _town_code(self.cleaned_data["town"])

    def clean(self) -> dict[str, Any]:
        """A grade that the kind of school has; a class that is none too large with its adults."""
        data: dict[str, Any] = super().clean() or {}
        if "school_kind" in data and "grade" in data:
            data["grade"] = _checked_grade(self, data["school_kind"], data["grade"])
        if "pupils" in data and "adults" in data and data["pupils"] + data["adults"] > LARGEST_CLASS:
            self.add_error("pupils", _("At most %(most)d places with the adults.") % {"most": LARGEST_CLASS})
        return data

    def asked(self, language: str) -> Asked:
        """What a valid form asks for."""
        data = self.cleaned_data
        return Asked(
            dates=self.wanted(),
            school=data["school"],
            school_kind=data["school_kind"],
            town=data["town"],
            grade=data["grade"],
            size=data["pupils"] + data["adults"],
            contact=self.contact(),
            language=language,
        )


class ChangeForm(DatesMixin, ContactMixin):
    """What a booking shall be. Who booked is replaced as a whole or not at all: what is kept is locked, and this page cannot read it."""

    size = number(gettext_lazy("Places, adults included"), least=1)
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), required=False)

    field_order = ["first", "also", "size", "grade", "name", "email", "phone", "needs"]

    def __init__(
        self, *args: Any, booking: Booking, dates: Sequence[EventDate], wishes: Sequence[EventDate], **kwargs: Any
    ) -> None:
        ranked = [str(date.uuid) for date in wishes]
        initial = {
            "size": booking.size,
            "grade": str(booking.grade or ""),
            "first": str(booking.date.uuid) if booking.state != BookingState.WAITING else next(iter(ranked), ""),
            "also": ranked[1:],
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.booking = booking
        self.offer(dates)
        if booking.state != BookingState.WAITING:
            self.fields.pop("also", None)
        if booking.state == BookingState.OFFERED:
            del self.fields["first"]
        for name in ("name", "email", "phone"):
            self.fields[name].required = False
        self.fields["email"].help_text = ""
        grades = GRADES.get(SchoolKind(booking.school_kind))
        if grades is None:
            del self.fields["grade"]
        else:
            self.fields["grade"].choices = [(str(grade), f"{grade}.") for grade in grades]  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        """How crispy lays the fields out."""
        dates = [Field(name, wrapper_class="choices") for name in ("first", "also") if name in self.fields]
        numbers = [name for name in ("size", "grade") if name in self.fields]
        note = _(
            "Only if you want to replace them: what you wrote before is locked, and this page cannot read it. Then write all of it again."
        )
        parts = [
            *([Fieldset(_("When"), *dates)] if dates else []),
            Fieldset(_("Your class"), Div(*numbers, css_class="three")),
            Fieldset(
                _("Who booked, and what the class needs"),
                HTML(f"<p class='soft'>{note}</p>"),
                "name",
                Div("email", "phone", css_class="pair"),
                "needs",
            ),
        ]
        return laid_out(*parts)

    def clean(self) -> dict[str, Any]:
        """Who booked is replaced as a whole."""
        data: dict[str, Any] = super().clean() or {}
        if any(data.get(name) for name in ("name", "email", "phone", "needs")):
            for name in ("name", "email", "phone"):
                if name in data and not data[name]:
                    self.add_error(name, _("Please write this again too."))
        return data

    def change(self) -> Change:
        """What a valid form asks for."""
        data = self.cleaned_data
        return Change(
            size=data["size"],
            grade=int(data["grade"]) if data.get("grade") else None,
            dates=self.wanted() if "first" in self.fields else [],
            contact=self.contact() if data["email"] else None,
        )


def _town_code(typed: str) -> str:
    town = town_named(typed)
    if town is None:
        raise ValidationError(_("We do not find this town. Write the town or municipality that the school belongs to."))
    return town.code


def _checked_grade(form: forms.Form, kind: str, grade: str) -> int | None:
    grades = GRADES.get(SchoolKind(kind))
    if grades is None:
        return None
    if not grade:
        form.add_error("grade", _("Choose the grade."))
    elif int(grade) not in grades:
        form.add_error("grade", _("This kind of school has grades from 1 to %(last)d.") % {"last": grades[-1]})
    return int(grade) if grade else None
