"""What both forms of bookings ask: the dates that would do, and who books."""

import re
from collections.abc import Sequence
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from awareness.events.bookings import labels
from awareness.events.bookings.sealed_contact import Contact
from awareness.events.bookings.services import BookingChange, BookingRequest
from awareness.events.enums import GRADES, BookingState, SchoolKind
from awareness.events.models import Booking, EventDate
from awareness.events.models.booking import LARGEST_CLASS
from awareness.events.seats import seat_availability
from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.http.cookieless_forms import HONEYPOT
from clicksafely.common.mail.addresses import is_deliverable
from clicksafely.common.places import find_town

_DIGIT: Final = re.compile(r"\d")
_PHONE: Final = re.compile(r"[\d\s()/.+-]+")
_SENSIBLE: Final = gettext_lazy("Between %(least)d and %(most)d, please.")


def count_field(label: Any, *, least: int, **options: Any) -> forms.IntegerField:
    """A count of people, from `least` to the largest class."""
    field = forms.IntegerField(
        label=label,
        min_value=least,
        max_value=LARGEST_CLASS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
        **options,
    )
    words = _SENSIBLE % {"least": least, "most": LARGEST_CLASS}
    field.error_messages |= {"min_value": words, "max_value": words, "invalid": gettext_lazy("A number, please.")}
    for validator in field.validators:
        validator.message = words  # type: ignore[attr-defined]
    return field


def line(label: Any, *, most: int, complete: str = "off", **options: Any) -> PlainLineField:
    """A line of at most so many characters; `complete` is what browsers may fill in (WCAG 2.2, 1.3.5)."""
    widget = options.pop("widget", None) or forms.TextInput(attrs={"autocomplete": complete})
    return PlainLineField(label=label, max_length=most, widget=widget, **options)


class DatesMixin(forms.Form):
    """The dates that a school would take: one that it likes best, and others that would do."""

    first = forms.ChoiceField(
        label=gettext_lazy("Which date suits you best?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a date."),
            "invalid_choice": gettext_lazy("This date can no longer be booked. Please choose another one."),
        },
    )
    also = forms.MultipleChoiceField(
        label=gettext_lazy("Which others would do, if there is no room on that one?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("One of these dates can no longer be booked. Please choose again.")
        },
    )

    def offer(self, dates: Sequence[EventDate]) -> None:
        """Let the form offer these dates."""
        self.known = {str(date.uuid): date.pk for date in dates}
        choices = [(str(date.uuid), _date_words(date)) for date in dates]
        self.fields["first"].choices = choices  # type: ignore[attr-defined]
        if len(dates) > 1:
            self.fields["also"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["also"]

    def wanted(self) -> list[int]:
        """Ids of the chosen dates, the dearest first, each once."""
        chosen = [self.cleaned_data["first"], *self.cleaned_data.get("also", [])]
        return [self.known[each] for each in dict.fromkeys(chosen)]


class ContactMixin(forms.Form):
    """Who books, and what the class needs."""

    name = line(gettext_lazy("Your name"), most=120, complete="name")
    email = line(
        gettext_lazy("E-mail"),
        most=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        help_text=gettext_lazy("The confirmation goes there, with a link to change or cancel."),
    )
    phone = line(
        gettext_lazy("Phone"),
        most=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=gettext_lazy("Only if something is urgent."),
    )
    needs = PlainTextField(
        label=gettext_lazy("What should we know about the class?"),
        help_text=gettext_lazy("Such as a wheelchair, sign language, simpler words. No names of pupils, please."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        """Refuse an address that cannot be written to."""
        email: str = self.cleaned_data["email"]
        if email and not is_deliverable(email):
            raise ValidationError(_("We cannot write to this address. It looks like name@example.org."))
        return email

    def clean_phone(self) -> str:
        """Refuse what cannot be called."""
        phone: str = self.cleaned_data["phone"]
        if phone and not (_PHONE.fullmatch(phone) and 6 <= len(_DIGIT.findall(phone)) <= 15):
            raise ValidationError(_("A phone number with its area code, such as 018 555 333."))
        return phone

    def contact(self) -> Contact:
        """As it is kept."""
        return Contact(**{name: self.cleaned_data[name] for name in ("name", "email", "phone", "needs")})


def laid_out(*parts: Any) -> FormHelper:
    """How crispy lays fields out; templates write the form element, its tokens and its button."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*parts)
    return helper


def _date_words(date: EventDate) -> str:
    left = seat_availability(capacity=date.capacity, taken=date.taken).label
    return f"{labels.date_and_time_text(date)} · {labels.place_text(date)} · {left}"


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
    pupils = count_field(gettext_lazy("Pupils"), least=1)
    adults = count_field(gettext_lazy("Adults with them"), least=0, initial=1)

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

    def asked(self, language: str) -> BookingRequest:
        """What a valid form asks for."""
        data = self.cleaned_data
        return BookingRequest(
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

    size = count_field(gettext_lazy("Places, adults included"), least=1)
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

    def change(self) -> BookingChange:
        """What a valid form asks for."""
        data = self.cleaned_data
        return BookingChange(
            size=data["size"],
            grade=int(data["grade"]) if data.get("grade") else None,
            dates=self.wanted() if "first" in self.fields else [],
            contact=self.contact() if data["email"] else None,
        )


def _town_code(typed: str) -> str:
    town = find_town(typed)
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
