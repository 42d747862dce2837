"""Forms of the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clicksafely.common.fields import PlainTextField


class ReplyForm(forms.Form):
    """A message to the reporter."""

    text = PlainTextField(label=_("Message to the reporter"), max_length=5000)
