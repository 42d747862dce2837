"""Fields and validation shared by the public report form and the form for manual reports."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.public_suffixes import ADDED_SUFFIXES, public_suffix
from hotline.intake.web import form_texts
from hotline.intake.web.address_suggestions import MAX_ADDRESSES
from hotline.outbox.config import takes_mail
from hotline.triage.url_normalisation import Extraction, extract_locations

# The maximum length of text that is shown again in a refused form.
MAX_SHOWN = 100_000
# One of these fields is enough for a report.
SUBSTANCE = frozenset({"addresses", "app", "handle", "what", "details"})
_BETWEEN_WORDS = re.compile(r"[\s,;<>()\"']+")


class Textarea(forms.Textarea):
    """A text area without the browser's spelling service, which may send the text to a third party."""

    def __init__(self, rows: int) -> None:
        super().__init__(attrs={"rows": rows, "autocomplete": "off", "spellcheck": "false", "dir": "auto"})

    def format_value(self, value: Any) -> str | None:
        """Return the text, cut at MAX_SHOWN characters."""
        text: str | None = super().format_value(value)
        return text[:MAX_SHOWN] if text else text


class NoSpellcheckInput(forms.TextInput):
    """The same as `Textarea`, for one line."""

    def __init__(self, **attrs: str) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", **attrs})

    def format_value(self, value: Any) -> str | None:
        """Return the text, cut at MAX_SHOWN characters."""
        text: str | None = super().format_value(value)
        return text[:MAX_SHOWN] if text else text


def clean_contact(contact: str) -> str:
    """Return the contact. Raises ValidationError for an e-mail address that is invalid, our own or at a domain that no mail can reach.

    Names with an @ at the start are left as they are. Domains are compared with the Public Suffix List, without a DNS query.
    """
    for word in _BETWEEN_WORDS.split(contact):
        address = word.removeprefix("mailto:").strip(".:")
        if "@" not in address or address.startswith("@"):
            continue
        validate_email(address)
        domain = address.rpartition("@")[2].lower()
        if not takes_mail(address) or public_suffix(domain) in {"", domain, *ADDED_SUFFIXES}:
            raise ValidationError(
                _("We cannot write to this address. Is there a typing error in it? The field can also stay empty.")
            )
    return contact


class BaseReportForm(forms.Form):
    """The common report fields. An address, an app, a handle or text is enough. `extraction` is set by validation."""

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
        """Extract the addresses from the text."""
        text: str = self.cleaned_data["addresses"]
        self.extraction = extract_locations(text)
        count = len(self.extraction.locations)
        if count > MAX_ADDRESSES:
            raise ValidationError(
                _("You entered %(count)d addresses. One report can contain at most %(limit)d. Please send the rest in another report."),
                params={"count": count, "limit": MAX_ADDRESSES},
            )  # fmt: skip
        return text

    def clean_contact(self) -> str:
        """Refuse an e-mail address that cannot be written to."""
        return clean_contact(self.cleaned_data["contact"])

    def clean(self) -> None:
        """Require at least one field of SUBSTANCE, and a contact if an answer is wanted."""
        data = self.cleaned_data
        if data.get("wants_answer") and "contact" in data and not data["contact"]:
            self.add_error("contact", _("Where should we write to you? Fill this in or untick the message option."))
        if data.keys() >= SUBSTANCE and not self.has_substance():
            field, message = self.ask_for_substance()
            self.add_error(field, message)

    def has_substance(self) -> bool:
        """Return whether the valid form has content that an analyst can use."""
        return any(self.cleaned_data[name] for name in SUBSTANCE)

    def ask_for_substance(self) -> tuple[str, str]:
        """Return the field and the message for a form without content."""
        return "addresses", _("Give us an address, an app or a few words about what happened. One of them is enough.")
