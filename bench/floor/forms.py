"""Plain crispy forms: one of eight fields for POST, and one with the fields of the report form for GET."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from bench.floor.models import Entry

CHOICES = [(name, name.title()) for name in ("phishing", "fraud", "abuse", "hate", "other")]
REGIONS = [(f"r{number}", f"Region {number}") for number in range(20)]


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.add_input(Submit("submit", "Send"))
    return helper


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    """Eight fields, validated and stored."""

    category = forms.ChoiceField(choices=CHOICES)
    severity = forms.ChoiceField(choices=CHOICES[:3], widget=forms.RadioSelect)
    region = forms.ChoiceField(choices=REGIONS)
    body = forms.CharField(min_length=20, widget=forms.Textarea)
    consent = forms.BooleanField()

    class Meta:
        model = Entry
        fields = ["category", "severity", "subject", "body", "address", "region", "contact"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper()


class PictureEntryForm(EntryForm):
    """The eight fields and a picture."""

    images = forms.ImageField()


class SameFieldsForm(forms.Form):
    """The fields of the portal's report form without pictures, and no other content."""

    addresses = forms.CharField(widget=forms.Textarea, help_text="Paste everything you have, even with other text.")
    app = forms.ChoiceField(choices=REGIONS[:15])
    handle = forms.CharField(help_text="The name of the profile or the group.")
    what = forms.CharField(widget=forms.Textarea)
    when_seen = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    details = forms.CharField(widget=forms.Textarea)
    danger_now = forms.BooleanField()
    about_me = forms.BooleanField()
    contact = forms.CharField(help_text="Only if you want an answer.")
    wants_answer = forms.BooleanField()
    website = forms.CharField()
    consent = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper()
