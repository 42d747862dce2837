"""Forms of the sections of a fixed page."""

from collections import Counter

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _

from awareness.pages.models import REQUIRED_KINDS, PageSection, SectionKind
from clicksafely.common.staff.slug_forms import SlugForm


class SectionForm(SlugForm):
    """Form of a section. Its address is generated from its heading if the editor enters none."""

    class Meta:
        model = PageSection
        fields = ("kind", "order", "title", "text", "slug")


class SectionFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The sections of a page: those with a computed part, each once, and any number of texts."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:  # type: ignore[type-arg]
        """Offer only the kinds of this page."""
        super().add_fields(form, index)
        kinds = (SectionKind.TEXT, *REQUIRED_KINDS.get(self.instance.slug, ()))
        form.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    def clean(self) -> None:
        """Check that each kind that the page requires is there once."""
        super().clean()
        remaining = [form for form in self.forms if form not in self.deleted_forms]
        kinds = Counter(form.cleaned_data.get("kind") for form in remaining if hasattr(form, "cleaned_data"))
        faults = [
            _("This page needs one section with: %(kind)s.") % {"kind": kind.label}
            for kind in REQUIRED_KINDS.get(self.instance.slug, ())
            if kinds[kind.value] != 1
        ]
        if faults:
            raise ValidationError(faults)
