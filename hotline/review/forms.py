"""Forms of case review."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from clicksafely.common.fields import PlainTextField


class ReplyForm(forms.Form):
    """A message to the reporter."""

    text = PlainTextField(label=_("Message to the reporter"), max_length=5000)


class NoteForm(forms.Form):
    """An internal note. `row` is rendered with the form, so that a repeated submission is stored once."""

    note = PlainTextField(label=_("New internal note"), max_length=5000)
    row = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
