"""The editors' form of a resource and of its files."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import linebreaks
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from awareness.library.files import Checked, FileRefused, check_file
from awareness.library.models import Resource, ResourceFile
from awareness.library.vocabulary import AccessibilityFeature, EducationalLevel
from awareness.topics.audiences import AgeBand, Audience
from clicksafely.common.receiving import Received

RICH_TEXTS = ("description_sr", "description_en", "use_in_class_sr", "use_in_class_en")
LONGEST_SHOWN = 200


def _several(label: Any, choices: type[models.TextChoices]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ResourceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Everything about a resource. `opened` is the revision that the editor began with."""

    opened = forms.IntegerField(required=False, widget=forms.HiddenInput)
    audiences = _several(_("For whom"), Audience)
    ages = _several(_("Age"), AgeBand)
    levels = _several(_("School"), EducationalLevel)
    features = _several(_("Made accessible"), AccessibilityFeature)

    class Meta:
        model = Resource
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets name them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["opened"] = self.instance.revision
        if "topics" in self.fields:
            topics = cast(forms.ModelMultipleChoiceField, self.fields["topics"])  # type: ignore[type-arg]
            topics.widget = forms.CheckboxSelectMultiple()
            topics.widget.choices = topics.choices
            # Django's advice is for the list that stood here.
            topics.help_text = ""

    def clean(self) -> dict[str, Any]:
        """Plain text becomes paragraphs; a licence is asked for where it matters; nobody overwrites another's work unseen."""
        cleaned: dict[str, Any] = super().clean() or {}
        for column in RICH_TEXTS:
            text = cleaned.get(column) or ""
            cleaned[column] = linebreaks(text, autoescape=True) if text.strip() and "<" not in text else text
        if cleaned.get("published_at") and not cleaned.get("licence"):
            self.add_error("licence", _("Nothing is published without a licence: choose one."))
        if self.instance.pk:
            self._check_turn(cleaned)
        return cleaned

    def _check_turn(self, cleaned: dict[str, Any]) -> None:
        stored = Resource.objects.select_for_update(of=("self",)).filter(pk=self.instance.pk).first()
        if stored is None or stored.revision == cleaned.get("opened"):
            return
        # Whoever has read this and saves again does it knowingly.
        self.data = MultiValueDict(dict(cast(QueryDict, self.data).lists()))
        self.data[self.add_prefix("opened")] = str(stored.revision)
        theirs = [
            format_lazy(
                "{label}: {value}", label=capfirst(str(field.label)), value=str(getattr(stored, name))[:LONGEST_SHOWN]
            )
            for name, field in self.fields.items()
            if name in self.changed_data and hasattr(stored, name) and name not in ("topics", "parts", "opened")
        ]
        self.add_error(
            None,
            ValidationError(
                [
                    _(
                        "Somebody else saved this resource while you were writing. What you wrote stands below; what they saved stands here. Put both together and save again."
                    ),
                    *theirs,
                ]
            ),
        )


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

    def clean_upload(self) -> Any:
        """What it is, found out from its content."""
        received = self.cleaned_data.get("upload")
        if self.instance.pk or not isinstance(received, Received):
            if not self.instance.pk:
                raise ValidationError(_("Choose a file."))
            return None
        if received.stored is None:
            raise ValidationError(str(received.refusal))
        try:
            self.checked = check_file(received.stored, received.name or "")
        except FileRefused as refusal:
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
