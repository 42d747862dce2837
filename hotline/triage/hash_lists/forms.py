"""Form that adds a hash list."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clicksafely.common.fields import PlainLineField
from clicksafely.common.files.upload_handlers import ReceivedFile
from hotline.models import ListLayout, ListMeaning
from hotline.triage.hash_lists.list_services import ListDetails


class ListForm(forms.Form):
    """The details of a hash list, and its file."""

    name = PlainLineField(
        max_length=80,
        label=_("Name"),
        help_text=_("Colleagues see it at the case. A new version of a list keeps the name."),
    )
    source = PlainLineField(max_length=120, label=_("Source"), help_text=_("Who gave it to us."))
    label = PlainLineField(
        max_length=60,
        label=_("The source's label"),
        help_text=_("What it says the files are, for example INHOPE baseline."),
    )
    meaning = forms.ChoiceField(
        choices=ListMeaning.choices, widget=forms.RadioSelect, initial=ListMeaning.CSAM, label=_("It lists")
    )
    layout = forms.ChoiceField(
        choices=ListLayout.choices,
        widget=forms.RadioSelect,
        initial=ListLayout.CSV,
        label=_("The file holds"),
        help_text=_(
            "Hashes in hexadecimal or base64. The header line of a CSV names its columns: md5, sha1, sha256, pdq, in any order; others are skipped."
        ),
    )
    file = forms.FileField(label=_("File"), help_text=_("Text, up to 2 GB. It is erased when it has been imported."))
    replaces = forms.BooleanField(
        required=False,
        label=_("Replace the version in use"),
        help_text=_("It stays in use until this one has been imported whole."),
    )

    def clean_file(self) -> ReceivedFile:
        """Report why the file could not be stored."""
        received: ReceivedFile = self.cleaned_data["file"]
        if received.refusal:
            raise ValidationError(str(received.refusal))
        return received

    def details(self) -> ListDetails:
        """Return the list's details from a valid form."""
        said = self.cleaned_data
        return ListDetails(**{name: said[name] for name in ("name", "source", "label", "meaning", "layout")})
