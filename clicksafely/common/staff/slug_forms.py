"""Form of a record with a slug."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from clicksafely.common.serbian.search_folding import slugify


class SlugForm(forms.ModelForm):  # type: ignore[type-arg]
    """Form of a record whose slug is generated from its Serbian title if the editor enters none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].error_messages["unique"] = _("Another page has this address. Choose another one.")

    def clean_slug(self) -> str:
        """Return the slug, generated from the title if empty."""
        longest: int = self.fields["slug"].max_length  # type: ignore[attr-defined]
        generated = slugify(self.data.get(self.add_prefix("title_sr"), ""))[:longest].rstrip("-")
        return self.cleaned_data.get("slug") or generated
