"""The fields that two editors of a publication changed differently."""

from typing import Any, NamedTuple, cast

from django import forms
from django.utils.choices import flatten_choices

from awareness.publishing.versions import as_lines


class ConflictingField(NamedTuple):
    """A field that two editors changed differently, as lines of plain text."""

    label: str
    theirs: list[str]
    mine: list[str]


def conflicting_fields(form: forms.ModelForm, inline_formsets: Any) -> list[ConflictingField]:  # type: ignore[type-arg]
    """Return the fields, including those of parts, whose form values differ from the stored ones."""
    found = list(_different(form, ""))
    for formset in inline_formsets:
        for part in formset.formset.forms:
            found += _different(part, f"{formset.opts.verbose_name}: {part.instance}, ")
    return found


def _different(form: Any, prefix: str) -> list[ConflictingField]:
    found = []
    for name in form.changed_data:
        field = form[name]
        theirs, mine = (as_lines(_as_chosen(field.field, value)) for value in (form.initial.get(name), field.value()))
        if name not in {"opened", "publish_at"} and theirs != mine:
            found.append(ConflictingField(f"{prefix}{field.label}", theirs, mine))
    return found


def _as_chosen(field: Any, value: Any) -> Any:
    """Return the labels of the chosen values, because a form contains keys."""
    several = value if isinstance(value, list | tuple) else [value]
    if isinstance(field, forms.ModelChoiceField):
        keys = {str(getattr(each, "pk", each)) for each in several}
        return [str(row) for row in cast(Any, field.queryset).filter(pk__in=[key for key in keys if key.isdigit()])]
    if isinstance(field, forms.ChoiceField):
        chosen = {str(each) for each in several}
        choices: Any = flatten_choices(cast(Any, field.choices))
        return [label for key, label in choices if key and str(key) in chosen]
    return value
