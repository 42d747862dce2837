"""The editors' form of a resource and of its files."""

from html import unescape
from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _

from awareness.library.enums import AccessibilityFeature, EducationalLevel
from awareness.library.models import Resource, ResourceFile
from awareness.library.services import rich_text_columns
from awareness.library.upload_validation import Checked, InvalidResourceFile, check_file
from awareness.publishing.audiences import AgeBand, Audience
from awareness.publishing.forms import PublicationForm
from clicksafely.common.files.upload_handlers import ReceivedFile

ONCE_MORE = _("Choose this file once more: it is kept when the whole form is saved.")


def _several(label: Any, choices: type[models.TextChoices]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class OtherResourceInput(AutocompleteSelect):
    """A resource to be looked up, or none: an option without words would be none for who cannot see it."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().create_option(name, value, label or "—", *args, **kwargs)


class ResourceForm(PublicationForm):
    """Everything about a resource."""

    audiences = _several(_("For whom"), Audience)
    ages = _several(_("Age"), AgeBand)
    levels = _several(_("School"), EducationalLevel)
    features = _several(_("Made accessible"), AccessibilityFeature)

    class Meta:
        model = Resource
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "topics" in self.fields:
            topics = cast(forms.ModelMultipleChoiceField, self.fields["topics"])  # type: ignore[type-arg]
            topics.widget = forms.CheckboxSelectMultiple()
            topics.widget.choices = topics.choices
            # Django's advice is for the list that stood here.
            topics.help_text = ""

    def clean(self) -> dict[str, Any]:
        """What is written without the toolbar and without markup becomes paragraphs; a licence is asked for where it matters."""
        cleaned = super().clean()
        for column in rich_text_columns():
            text = cleaned.get(column) or ""
            if text and "<" not in text:
                cleaned[column] = linebreaks(unescape(text), autoescape=True)
        if cleaned.get("published_at") and not cleaned.get("licence"):
            self.add_error("licence", _("Nothing is published without a licence: choose one."))
        return cleaned


class FileForm(forms.ModelForm):  # type: ignore[type-arg]
    """One file: chosen once, then only its description changes."""

    upload = forms.FileField(label=_("file"), required=False)
    checked: Checked | None = None

    class Meta:
        model = ResourceFile
        fields = ("label_sr", "label_en", "order")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["upload"].widget.attrs["hidden"] = True

    def ask_again(self) -> None:
        """Nothing of the form was saved, so a file that came with it was not kept: say so where it was chosen."""
        if self.checked and not self.instance.pk:
            self.add_error("upload", ONCE_MORE)

    def clean_upload(self) -> Any:
        """What it is, found out from its content."""
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
            received.kept.append(self.checked.stored)
        return received


class FileFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The files of one resource, each of another name."""

    def clean(self) -> None:
        """Two files of one name would lie in the same place of a bundle."""
        super().clean()
        names: set[str] = set()
        for form in self.forms:
            if not hasattr(form, "cleaned_data") or form in self.deleted_forms:
                continue
            checked = cast(FileForm, form).checked
            name = checked.name if checked else form.instance.name
            # Where they are unpacked, capitals may mean nothing.
            if name and name.casefold() in names:
                form.add_error("upload", _("This resource already has a file of this name."))
            names.add(name.casefold())
