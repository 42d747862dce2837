"""What every form of a report asks, whoever fills it in: the fields and the checks that the public form and the desk share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.fields import PlainLineField, PlainTextField
from hotline.intake.web import form_texts
from hotline.intake.web.address_suggestions import MAX_ADDRESSES
from hotline.triage.url_normalisation import Extraction, extract_locations

# What of an overlong text comes back to the page; whoever pasted megabytes must shorten it anyway.
MAX_SHOWN = 100_000
# Any one of these fields makes a report.
SUBSTANCE = frozenset({"addresses", "app", "handle", "what", "details"})


class Textarea(forms.Textarea):
    """A text field that no spelling service of the browser reads."""

    def __init__(self, rows: int) -> None:
        super().__init__(attrs={"rows": rows, "autocomplete": "off", "spellcheck": "false", "dir": "auto"})

    def format_value(self, value: Any) -> str | None:
        """Return the text, cut where it is far over any limit."""
        text: str | None = super().format_value(value)
        return text[:MAX_SHOWN] if text else text


class NoSpellcheckInput(forms.TextInput):
    """The same on one line."""

    def __init__(self, **attrs: str) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", **attrs})

    def format_value(self, value: Any) -> str | None:
        """Return the text, cut where it is far over any limit."""
        text: str | None = super().format_value(value)
        return text[:MAX_SHOWN] if text else text


class BaseReportForm(forms.Form):
    """After validation `extraction` is what the addresses name. An address, an app, a name in it, or words: any one of them is enough."""

    addresses = PlainTextField(max_length=20_000, required=False, widget=Textarea(rows=4))
    app = forms.ChoiceField(required=False, choices=[("", gettext_lazy("Not in an app")), *form_texts.APPS])
    handle = PlainLineField(max_length=200, required=False, widget=NoSpellcheckInput())
    what = PlainTextField(max_length=5_000, required=False, widget=Textarea(rows=4))
    when_seen = forms.ChoiceField(required=False, choices=form_texts.WHEN_SEEN, widget=forms.RadioSelect)
    details = PlainTextField(max_length=10_000, required=False, widget=Textarea(rows=3))
    danger_now = forms.BooleanField(required=False)
    about_me = forms.BooleanField(required=False)
    contact = PlainLineField(max_length=200, required=False, widget=NoSpellcheckInput(inputmode="email"))
    wants_answer = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extraction = Extraction((), ())

    def clean_addresses(self) -> str:
        """Find the addresses in the text."""
        text: str = self.cleaned_data["addresses"]
        self.extraction = extract_locations(text)
        count = len(self.extraction.locations)
        if count > MAX_ADDRESSES:
            raise ValidationError(
                _("These are %(count)d addresses, and at most %(limit)d fit into one report. Please send the rest in another one."),
                params={"count": count, "limit": MAX_ADDRESSES},
            )  # fmt: skip
        return text

    def clean_contact(self) -> str:
        """Refuse an e-mail address with a slip in it: the answer would never arrive."""
        contact: str = self.cleaned_data["contact"]
        if "@" in contact and " " not in contact and not contact.startswith("@"):
            validate_email(contact)
        return contact

    def clean(self) -> None:
        """Ask for anything to start from, and for a contact where an answer is wanted."""
        data = self.cleaned_data
        if data.get("wants_answer") and "contact" in data and not data["contact"]:
            self.add_error("contact", _("Where should we write? Fill this in, or untick the wish for a message."))
        if data.keys() >= SUBSTANCE and not self.has_substance():
            field, message = self.ask_for_substance()
            self.add_error(field, message)

    def has_substance(self) -> bool:
        """Whether the valid form says anything that an analyst can start from."""
        return any(self.cleaned_data[name] for name in SUBSTANCE)

    def ask_for_substance(self) -> tuple[str, str]:
        """The field at which an empty form is told what is needed, and the message."""
        return "addresses", _("Give us an address, or an app, or a few words on what happened: one of them is enough.")
