"""Forms of bookings: the request and the later change, with their shared fields."""

import re
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from awareness.events.bookings import labels
from awareness.events.bookings.sealed_contact import Contact
from awareness.events.bookings.services import SCHOOL_FIELDS, BookingChange, BookingRequest
from awareness.events.enums import GRADES, BookingState, SchoolKind
from awareness.events.models import Booking, EventDate
from awareness.events.models.booking import MAX_CLASS_SIZE
from awareness.events.seats import seats_text
from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.http.cookieless_forms import HONEYPOT
from clicksafely.common.mail.addresses import is_deliverable
from clicksafely.common.places import find_town

TOWNS_LIST: Final = "towns"
_DIGIT: Final = re.compile(r"\d")
_PHONE: Final = re.compile(r"[\d\s()/.+-]+")
_SENSIBLE: Final = gettext_lazy("Enter a number between %(least)d and %(most)d.")


def count_field(label: Any, *, least: int, **options: Any) -> forms.IntegerField:
    """Return a number of people from `least` to MAX_CLASS_SIZE."""
    field = forms.IntegerField(
        label=label,
        min_value=least,
        max_value=MAX_CLASS_SIZE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        **options,
    )
    words = _SENSIBLE % {"least": least, "most": MAX_CLASS_SIZE}
    field.error_messages |= {"min_value": words, "max_value": words, "invalid": gettext_lazy("Enter a number.")}
    for validator in field.validators:
        validator.message = words  # type: ignore[attr-defined]
    return field


def line(label: Any, *, most: int, complete: str = "off", **options: Any) -> PlainLineField:
    """Return a one-line field of at most `most` characters; `complete` is the `autocomplete` token (WCAG 2.2, 1.3.5)."""
    widget = options.pop("widget", None) or forms.TextInput(attrs={"autocomplete": complete})
    return PlainLineField(label=label, max_length=most, widget=widget, **options)


class DatesMixin(forms.Form):
    """The preferred date and other acceptable dates."""

    first = forms.ChoiceField(
        label=gettext_lazy("Which date suits you best?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a date."),
            "invalid_choice": gettext_lazy("This date can no longer be booked. Please choose another one."),
        },
    )
    also = forms.MultipleChoiceField(
        label=gettext_lazy("Which other dates suit you if that one is full?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("One of these dates can no longer be booked. Please choose again.")
        },
    )

    def offer(self, dates: Sequence[EventDate]) -> None:
        """Set the selectable dates."""
        self.ids_by_uuid = {str(date.uuid): date.pk for date in dates}
        self.places = {str(date.uuid): (date.free, date.capacity) for date in dates}
        choices = [(str(date.uuid), _date_words(date)) for date in dates]
        self.fields["first"].choices = choices  # type: ignore[attr-defined]
        if len(dates) > 1:
            self.fields["also"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["also"]

    def chosen_date_ids(self) -> list[int]:
        """Distinct ids of the chosen dates in order of preference."""
        chosen = [self.cleaned_data["first"], *self.cleaned_data.get("also", [])]
        return [self.ids_by_uuid[each] for each in dict.fromkeys(chosen)]


class SchoolMixin(forms.Form):
    """The school, its grade and the number of pupils."""

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

    def clean_town(self) -> str:
        """Return the code of the town."""
        town = find_town(self.cleaned_data["town"])
        if town is None:
            raise ValidationError(_("We cannot find this town. Enter the town or municipality of the school."))
        return town.code

    def clean(self) -> dict[str, Any]:
        """Check the grade against the kind of school: it becomes a number, None for an institution without grades."""
        data: dict[str, Any] = super().clean() or {}
        if "school_kind" in data and "grade" in data:
            data["grade"] = self._checked_grade(data["school_kind"], data["grade"])
        return data

    def school_values(self) -> dict[str, Any]:
        """Return the values of a valid form for the fields of `School`."""
        return {name: self.cleaned_data[name] for name in SCHOOL_FIELDS}

    def _checked_grade(self, kind: str, grade: str) -> int | None:
        grades = GRADES.get(SchoolKind(kind))
        if grades is None:
            return None
        if not grade:
            self.add_error("grade", _("Choose the grade."))
        elif int(grade) not in grades:
            self.add_error("grade", _("This kind of school has grades from 1 to %(last)d.") % {"last": grades[-1]})
        return int(grade) if grade else None


class ContactMixin(forms.Form):
    """The contact person and the needs of the class."""

    name = line(gettext_lazy("Your name"), most=120, complete="name")
    email = line(
        gettext_lazy("E-mail"),
        most=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        help_text=gettext_lazy("For the confirmation, and if something changes."),
    )
    phone = line(
        gettext_lazy("Phone"),
        most=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=gettext_lazy("We call only if something is urgent."),
    )
    needs = PlainTextField(
        label=gettext_lazy("What should we know about the class?"),
        help_text=gettext_lazy(
            "For example: a wheelchair, sign language, simpler language. Please do not enter names of pupils."
        ),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        """Reject undeliverable addresses."""
        email: str = self.cleaned_data["email"]
        if email and not is_deliverable(email):
            raise ValidationError(
                _("We cannot send e-mail to this address. Enter an address such as name@example.org.")
            )
        return email

    def clean_phone(self) -> str:
        """Reject text that is not a telephone number of 6 to 15 digits."""
        phone: str = self.cleaned_data["phone"]
        if phone and not (_PHONE.fullmatch(phone) and 6 <= len(_DIGIT.findall(phone)) <= 15):
            raise ValidationError(_("Enter a phone number with its area code, such as 018 555 333."))
        return phone

    def contact(self) -> Contact:
        """Return the contact details of a valid form."""
        return Contact(**{field.name: self.cleaned_data[field.name] for field in fields(Contact)})


def laid_out(*parts: Any) -> FormHelper:
    """Return a crispy helper with this layout; templates write the form element, its tokens and its button."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*parts)
    return helper


def _date_words(date: EventDate) -> str:
    seats = seats_text(capacity=date.capacity, taken=date.taken, exact=True)
    return f"{labels.date_and_time_text(date)} · {labels.place_text(date)} · {seats}"


class BookingForm(DatesMixin, SchoolMixin, ContactMixin):
    """The booking request of a school."""

    adults = count_field(gettext_lazy("Accompanying adults"), least=0, initial=1)
    wait = forms.BooleanField(label=gettext_lazy("Put my class on the waiting list"), required=False)

    field_order = [
        "first", "also", "wait", "school", "school_kind", "town", "grade", "pupils", "adults", "name", "email", "phone", "needs",
    ]  # fmt: skip

    def __init__(self, *args: Any, dates: Sequence[EventDate], can_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(dates)
        if not can_mail:
            self.fields["email"].help_text = _("So that we can contact you if something changes.")

    @property
    def helper(self) -> FormHelper:
        """The crispy layout."""
        dates = [Field(name, wrapper_class="choices") for name in ("first", "also") if name in self.fields]
        # Asked only after a request that does not fit.
        waiting = ["wait"] if "wait" in self.errors or self.data.get("wait") else []
        return laid_out(
            Fieldset(_("When"), *dates, *waiting),
            Fieldset(
                _("Your class"),
                "school",
                Div("school_kind", "town", css_class="pair"),
                Div("grade", "pupils", "adults", css_class="three"),
            ),
            Fieldset(_("You"), "name", Div("email", "phone", css_class="pair"), "needs"),
            HTML("{% include 'components/honeypot.html' with name='" + HONEYPOT + "' only %}"),
        )

    def clean(self) -> dict[str, Any]:
        """Check the number of pupils and adults against the limit and against the free places."""
        data = super().clean()
        if "pupils" in data and "adults" in data and data["pupils"] + data["adults"] > MAX_CLASS_SIZE:
            self.add_error("pupils", _("At most %(most)d places, adults included.") % {"most": MAX_CLASS_SIZE})
        if not self.errors and not data["wait"]:
            self._warn_of_waiting_list(data["pupils"] + data["adults"])
        return data

    def _warn_of_waiting_list(self, size: int) -> None:
        """Ask for a confirmation if no chosen date has enough places, and one is large enough."""
        chosen = [self.places[date] for date in (self.cleaned_data["first"], *self.cleaned_data.get("also", []))]
        most = max(free for free, _capacity in chosen)
        if most < size <= max(capacity for _free, capacity in chosen):
            self.add_error(
                "wait",
                _(
                    "Your class needs %(size)d places, and %(left)d are left. Choose another date, or tick this box to wait for a place."
                )
                % {"size": size, "left": most},
            )

    def booking_request(self, language: str) -> BookingRequest:
        """Return the request of a valid form; `language` is a code of LANGUAGES."""
        data = self.cleaned_data
        return BookingRequest(
            dates=self.chosen_date_ids(),
            **self.school_values(),
            size=data["pupils"] + data["adults"],
            contact=self.contact(),
            language=language,
        )


class ChangeForm(DatesMixin, ContactMixin):
    """A change of a booking. Contact details are replaced as a whole, because stored ones cannot be decrypted here."""

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
        """The crispy layout."""
        dates = [Field(name, wrapper_class="choices") for name in ("first", "also") if name in self.fields]
        numbers = [name for name in ("size", "grade") if name in self.fields]
        note = _(
            "Fill these in only if you want to replace them. Your earlier entries are encrypted, and this page "
            "cannot show them. Enter all of them again."
        )
        parts = [
            *([Fieldset(_("When"), *dates)] if dates else []),
            Fieldset(_("Your class"), Div(*numbers, css_class="three")),
            Fieldset(
                _("Contact person and needs of the class"),
                HTML(f"<p class='soft'>{note}</p>"),
                "name",
                Div("email", "phone", css_class="pair"),
                "needs",
            ),
        ]
        return laid_out(*parts)

    def clean(self) -> dict[str, Any]:
        """Require complete contact details if any of them is filled in."""
        data: dict[str, Any] = super().clean() or {}
        if any(data.get(name) for name in ("name", "email", "phone", "needs")):
            for name in ("name", "email", "phone"):
                if name in data and not data[name]:
                    self.add_error(name, _("Please enter this again too."))
        return data

    def change(self) -> BookingChange:
        """Return the request of a valid form; `language` is a code of LANGUAGES."""
        data = self.cleaned_data
        return BookingChange(
            size=data["size"],
            grade=int(data["grade"]) if data.get("grade") else None,
            dates=self.chosen_date_ids() if "first" in self.fields else [],
            contact=self.contact() if data["email"] else None,
        )
