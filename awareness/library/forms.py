"""Admin forms of resources and their files."""

from html import unescape
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _

from awareness.library.enums import AccessibilityFeature, EducationalLevel, ResourceLanguage
from awareness.library.models import Resource, ResourceFile
from awareness.library.services import rich_text_columns
from awareness.library.upload_validation import Checked, InvalidResourceFile, check_file
from awareness.publishing.audiences import AgeBand, Audience
from awareness.publishing.forms import PublicationForm
from clicksafely.common.files.upload_handlers import ReceivedFile

ONCE_MORE = _("Choose this file again. Files are kept only when the whole form is saved.")


def _several(label: Any, choices: type[models.TextChoices]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ResourceForm(PublicationForm):
    """Admin form of a resource."""

    audiences = _several(_("Intended for"), Audience)
    ages = _several(_("Age"), AgeBand)
    levels = _several(_("School"), EducationalLevel)
    other_languages = _several(_("Other languages and scripts of its files"), ResourceLanguage)
    features = _several(_("Accessibility"), AccessibilityFeature)

    class Meta:
        model = Resource
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "topics" in self.fields:
            topics = cast(forms.ModelMultipleChoiceField, self.fields["topics"])  # type: ignore[type-arg]
            topics.widget = forms.CheckboxSelectMultiple()
            topics.widget.choices = topics.choices
            # Django's default help text is for multiple-select lists.
            topics.help_text = ""

    def clean(self) -> dict[str, Any]:
        """Convert plain text to paragraphs, and remove the main language from the others."""
        cleaned = super().clean()
        if "other_languages" in cleaned:
            cleaned["other_languages"] = [
                code for code in cleaned["other_languages"] if code != cleaned.get("language")
            ]
        for column in rich_text_columns():
            text = cleaned.get(column) or ""
            if text and "<" not in text:
                cleaned[column] = linebreaks(unescape(text), autoescape=True)
        return cleaned


class FileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Form of a file. After the upload, only its language, label and order can change."""

    upload = forms.FileField(label=_("file"), required=False)
    checked: Checked | None = None

    class Meta:
        model = ResourceFile
        fields = ("language", "label_sr", "label_en", "order")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["upload"].widget.attrs["hidden"] = True

    def ask_again(self) -> None:
        """Add an error to the upload field: the form was not saved, so the file was discarded."""
        if self.checked and not self.instance.pk:
            self.add_error("upload", ONCE_MORE)

    def clean_upload(self) -> Any:
        """Check the content of the uploaded file. Raises ValidationError."""
        received = self.cleaned_data.get("upload")
        if self.instance.pk or not isinstance(received, ReceivedFile):
            if not self.instance.pk:
                raise ValidationError(_("Choose a file."))
            return None
        if received.stored is None:
            raise ValidationError(str(received.refusal))
        try:
            self.checked = check_file(received.stored, received.name or "")
        except InvalidResourceFile as refusal:
            raise ValidationError(str(refusal.message)) from refusal
        if self.checked.stored is not received.stored:
            received.stored_files.append(self.checked.stored)
        return received


class FileFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The files of one resource, with unique names."""

    def clean(self) -> None:
        """Reject duplicate names, because the files share a folder in a bundle."""
        super().clean()
        names: set[str] = set()
        for form in self.forms:
            if not hasattr(form, "cleaned_data") or form in self.deleted_forms:
                continue
            checked = cast(FileForm, form).checked
            name = checked.name if checked else form.instance.name
            # File systems may ignore case.
            if name and name.casefold() in names:
                form.add_error("upload", _("This resource already has a file with this name."))
            names.add(name.casefold())
