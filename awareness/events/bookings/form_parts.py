"""What both forms of bookings ask: the dates that would do, and who books."""

import re
from collections.abc import Sequence
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.events.bookings import wording
from awareness.events.bookings.contacts import Contact
from awareness.events.models import EventDate
from awareness.events.models.booking import LARGEST_CLASS
from awareness.events.places import room
from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.mail.addresses import takes_mail

_DIGIT: Final = re.compile(r"\d")
_PHONE: Final = re.compile(r"[\d\s()/.+-]+")
_SENSIBLE: Final = gettext_lazy("Between %(least)d and %(most)d, please.")


def number(label: Any, *, least: int, **options: Any) -> forms.IntegerField:
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
        if email and not takes_mail(email):
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
    left = room(capacity=date.capacity, taken=date.taken).label
    return f"{wording.when(date)} · {wording.where(date)} · {left}"
