"""How editors write: the form of a publication, on which no work is lost; rich text comes from the common ground."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clicksafely.common.fields import UnlabelledHiddenInput
from clicksafely.common.serbian.search_folding import slugify
from clicksafely.common.staff.rich_text_fields import RichTextField, RichTextWidget, editor_labels

__all__ = ["PublicationForm", "RichTextField", "RichTextWidget", "editor_labels"]


class PublicationForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form of a publication. `opened` is the revision that the editor began with; an address left empty is made of the title."""

    opened = forms.IntegerField(required=False, label="", widget=UnlabelledHiddenInput)
    changed_meanwhile = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].error_messages["unique"] = _("Another page has this address. Choose another one.")

    def clean_slug(self) -> str:
        """As it was typed, else made of the Serbian title."""
        return self.cleaned_data.get("slug") or slugify(self.data.get(self.add_prefix("title_sr"), ""))

    def clean(self) -> dict[str, Any]:
        """The dates in their order, and nobody else's saving in between."""
        data = super().clean() or {}
        begins, ends = data.get("published_at"), data.get("withdrawn_at")
        if ends and not begins and "published_at" not in self.errors:
            self.add_error(
                "withdrawn_at", _("A draft cannot be withdrawn. Say from when it is published, or leave this empty.")
            )
        elif ends and begins and ends <= begins:
            self.add_error("withdrawn_at", _("It would be withdrawn before it is published. Choose a later time."))
        if self.instance.pk:
            self._check_turn(data.get("opened"))
        return data

    def _check_turn(self, opened: int | None) -> None:
        # The row stays locked until what this form says is saved: the admin validates in the transaction in which it saves.
        stored = type(self.instance)._default_manager.select_for_update().filter(pk=self.instance.pk)
        if opened != stored.values_list("revision", flat=True).first():
            self.changed_meanwhile = True
            self.add_error(
                None,
                ValidationError(
                    _(
                        "Somebody else saved this page while you were writing. Nothing is lost: your text is in the form, and above it both stand beside "
                        "each other. Put together what should stay and save again."
                    ),
                    code="changed_meanwhile",
                ),
            )
