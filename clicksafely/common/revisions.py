"""Optimistic locking: rows count their revisions, and forms know the revision that they were built from."""

import hashlib
from collections.abc import Collection, Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BoundField
from django.utils.translation import gettext as _

from clicksafely.common.exceptions import EditConflict
from clicksafely.common.fields import UnlabelledHiddenInput


def revision_digest(parts: Collection[str]) -> str:
    """Return a SHA-256 digest (the first 32 hex digits) of a list of texts.

    Length prefixes keep the boundaries significant.
    """
    whole = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


class RevisionedModel(models.Model):
    """A row whose services increase `revision` with every change of a field that its form edits."""

    revision = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        abstract = True

    def require_revision(self, opened_revision: int) -> None:
        """Raises EditConflict unless the row, which is locked, still has the revision that a form was built from."""
        if self.revision != opened_revision:
            raise EditConflict


class RevisionField(forms.IntegerField):
    """The revision that a form was built from; 0, which no row has, for anything that is not a number."""

    widget = UnlabelledHiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> int:
        try:
            return super().clean(value) or 0
        except ValidationError:
            return 0


class RevisionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of a RevisionedModel. `values` are the columns and relations of a valid form, for the service."""

    opened = RevisionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["opened"] = self.instance.revision

    @property
    def values(self) -> dict[str, Any]:
        """The submitted value of every field of the model that the form has."""
        names = {field.name for field in self._meta.model._meta.get_fields()}
        return {name: value for name, value in self.cleaned_data.items() if name in names}


def form_differences(form: forms.BaseForm, where: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield label, stored and submitted value of each visible field of a bound form that differs from its initial value.

    `where` precedes the labels.
    """
    submitted = getattr(form, "cleaned_data", {})
    for name in form.changed_data:
        field = form[name]
        if not field.is_hidden:
            theirs, mine = _in_words(field, field.initial), _in_words(field, submitted.get(name, field.value()))
            if theirs != mine:
                yield f"{where}{field.label}", theirs, mine


def _in_words(bound: BoundField, value: Any) -> str:
    """Return the value as the form field shows it."""
    field = bound.field
    if isinstance(field, forms.ModelMultipleChoiceField):
        keys = [getattr(each, "pk", each) for each in value or ()]
        rows = cast(Any, field.queryset).filter(pk__in=[key for key in keys if str(key).isdecimal()])
        return ", ".join(sorted(field.label_from_instance(row) for row in rows))
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, "") if value else "")  # type: ignore[arg-type]
    if isinstance(field, forms.BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(field, forms.SplitDateTimeField):
        widget = cast(forms.SplitDateTimeWidget, field.widget)
        parts = value if isinstance(value, list) else widget.decompress(value)
        return " ".join(str(each.format_value(part) or "") for each, part in zip(widget.widgets, parts, strict=True))
    shown = field.widget.format_value(field.prepare_value(value))
    return str(shown or "").replace("\r\n", "\n").strip()
