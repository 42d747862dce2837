"""Form that adds a hash list."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clicksafely.common.fields import PlainLineField
from clicksafely.common.files.upload_handlers import ReceivedFile
from hotline.models import ListLayout, ListMeaning, UnlockReason
from hotline.triage.hash_lists.list_services import ListDetails
from hotline.triage.hash_lists.unlock_services import UnlockReasonMissing


class UnlockForm(forms.Form):
    """The reason for unlocking a picture."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=UnlockReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": UnlockReasonMissing.reason, "invalid_choice": UnlockReasonMissing.reason},
    )


class ListForm(forms.Form):
    """The details of a hash list, and its file."""

    name = PlainLineField(
        max_length=80,
        label=_("Name"),
        help_text=_("Colleagues see it on the case page. A new version of a list keeps the name."),
    )
    source = PlainLineField(max_length=120, label=_("Source"), help_text=_("The organisation that provided the list."))
    label = PlainLineField(
        max_length=60,
        label=_("The source's label"),
        help_text=_("How the source describes the files, for example INHOPE baseline."),
    )
    meaning = forms.ChoiceField(
        choices=ListMeaning.choices, widget=forms.RadioSelect, initial=ListMeaning.CSAM, label=_("List type")
    )
    layout = forms.ChoiceField(
        choices=ListLayout.choices,
        widget=forms.RadioSelect,
        initial=ListLayout.CSV,
        label=_("File contents"),
        help_text=_(
            "Hashes in hexadecimal or base64. A CSV file needs a header line with the columns md5, sha1, "
            "sha256 or pdq, in any order. Other columns are ignored."
        ),
    )
    file = forms.FileField(label=_("File"), help_text=_("Text file, up to 2 GB. It is erased after the import."))
    replaces = forms.BooleanField(
        required=False,
        label=_("Replace the version in use"),
        help_text=_("It stays in use until the new version is fully imported."),
    )

    def clean_file(self) -> ReceivedFile:
        """Report why the file could not be stored."""
        received: ReceivedFile = self.cleaned_data["file"]
        # The last field of the form is missing if the connection broke. A truncated file may still be readable.
        if "whole" not in self.data:
            raise ValidationError(_("The upload was incomplete. Choose the file again."))
        if received.refusal:
            raise ValidationError(str(received.refusal))
        return received

    def ask_again(self) -> None:
        """Add an error to a file without one: the form was not saved, so the file was discarded."""
        if "file" in self.files and "file" not in self.errors:
            self.add_error("file", _("Choose the file again. It was not saved."))

    def details(self) -> ListDetails:
        """Return the list's details from a valid form."""
        values = self.cleaned_data
        return ListDetails(**{name: values[name] for name in ("name", "source", "label", "meaning", "layout")})
