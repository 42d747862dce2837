"""Long staff forms: sections and rows that fold, and a summary of errors."""

import json
from collections.abc import Iterator
from copy import copy
from typing import Any, NamedTuple, cast

from django import template
from django.contrib.admin.utils import flatten
from django.forms import BaseForm, BoundField, ChoiceField, ModelChoiceField
from django.forms.models import InlineForeignKeyField
from django.utils.choices import flatten_choices
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

register = template.Library()

MAX_NAME_LENGTH = 90


class Section(NamedTuple):
    """A named group of fields of an admin form. `fieldset` has no name of its own, so that its template shows no heading."""

    name: str
    is_open: bool
    fieldset: Any


@register.filter
def form_sections(admin_form: Any) -> Iterator[Section]:
    """Yield the sections of an admin form. A folded one with an error, or with a required empty field of a new record, is open."""
    for fieldset in admin_form:
        unnamed = copy(fieldset)
        unnamed.name = None
        yield Section(fieldset.name or "", _is_open(fieldset), unnamed)


def _is_open(fieldset: Any) -> bool:
    form = fieldset.form
    names = [name for name in flatten(fieldset.fields) if name in form.fields]
    if "collapse" not in fieldset.classes or any(name in form.errors for name in names):
        return True
    is_new = getattr(getattr(form, "instance", None), "pk", None) is None
    return is_new and any(form.fields[name].required and form[name].value() in (None, "", []) for name in names)


@register.filter
def unescaped_json(data: str) -> str:
    """Return JSON whose letters are not escaped, so that pages in Latin convert them."""
    return json.dumps(json.loads(data), ensure_ascii=False)


@register.filter
def row_has_errors(form: BaseForm) -> bool:
    """Return whether a submitted row has an error, also in a list within it."""
    if not form.is_bound:
        return False
    return bool(form.errors) or any(map(row_has_errors, _inner_rows(form)))


@register.filter
def row_lacks_english(form: BaseForm) -> bool:
    """Return whether a Serbian text of a row has no English text."""
    return any(
        name.endswith("_sr") and _is_filled(form, name) and english in form.fields and not _is_filled(form, english)
        for name in form.fields
        for english in (f"{name.removesuffix('_sr')}_en",)
    )


@register.filter
def row_name(form: BaseForm) -> str:
    """Return the start of the first text of a row; otherwise of its first value. Empty for an additional row that is not filled in."""
    if getattr(form, "empty_permitted", False) and not (form.is_bound and form.has_changed()):
        return ""
    values = [(name, _shown_value(form, name)) for name in form.fields if _is_filled(form, name)]
    texts = [value for name, value in values if name.endswith("_sr")]
    # The number of a record or of the position is no name.
    texts += [
        value
        for name, value in values
        if name not in {"ORDER", "DELETE", "order"}
        and not isinstance(form.fields[name], ModelChoiceField | InlineForeignKeyField)
    ]
    return Truncator(" ".join(strip_tags(texts[0]).split())).chars(MAX_NAME_LENGTH) if texts else ""


def _shown_value(form: BaseForm, name: str) -> str:
    value = str(form[name].value())
    field = form.fields[name]
    if isinstance(field, ModelChoiceField) or not isinstance(field, ChoiceField):
        return value
    choices: Any = flatten_choices(cast(Any, field.choices))
    return next((str(label) for code, label in choices if str(code) == value), value)


def _inner_rows(form: Any) -> Iterator[BaseForm]:
    for formset in getattr(form, "inner", ()):
        yield from formset.forms


def _is_filled(form: BaseForm, name: str) -> bool:
    value = form[name].value()
    return isinstance(value, str | int) and strip_tags(str(value)).strip() != ""


class FormError(NamedTuple):
    """An error of a form. `target` is the id of its field, empty for an error of a whole form; `label` names row and field."""

    target: str
    label: str
    message: str


@register.simple_tag
def form_errors(form: BaseForm, formsets: Any = ()) -> list[FormError]:
    """Return the errors of a form and its rows, in the order of the page.

    `formsets` are inline formsets of an admin form, or formsets with `opts`, the options of the model of their rows.
    """
    found = list(_errors_of(form, "", with_rows=True))
    for each in formsets or ():
        formset = getattr(each, "formset", each)
        found += [
            FormError(f"{formset.prefix}-group", str(each.opts.verbose_name_plural), str(message))
            for message in formset.non_form_errors()
        ]
        for number, form in enumerate(formset.forms, 1):
            found += _errors_of(form, f"{each.opts.verbose_name} {number}")
    return found


def _errors_of(form: Any, place: str, *, with_rows: bool = False) -> Iterator[FormError]:
    # Those of the form itself are shown above the summary.
    for message in form.non_field_errors() if place else ():
        yield FormError(form.prefix or "", place, str(message))
    for field in form:
        rows = list(_errors_of_rows(field)) if with_rows else []
        yield from rows
        for message in [] if rows else field.errors:
            label = field.label or str(form.fields[field.name].label or "")
            yield FormError(_target(field), ", ".join(filter(None, (place, str(label)))), str(message))
    for formset in getattr(form, "inner", ()):
        yield from _errors_of_list(formset, place)


def _errors_of_rows(field: BoundField) -> Iterator[FormError]:
    """Yield the errors of the lists that a field contains, such as the content of a game."""
    for formset in getattr(field.value() if field.errors else None, "formsets", ()):
        yield from _errors_of_list(formset, "")


def _errors_of_list(formset: Any, place: str) -> Iterator[FormError]:
    if not formset.is_bound:
        return
    for message in formset.non_form_errors():
        yield FormError(
            f"{formset.prefix}-group", ", ".join(filter(None, (place, str(formset.rows.items)))), str(message)
        )
    for number, form in enumerate(formset.forms, 1):
        name = _("%(item)s %(number)d") % {"item": formset.rows.item, "number": number}
        yield from _errors_of(form, ", ".join(filter(None, (place, name))))


def _target(field: BoundField) -> str:
    return field.id_for_label or field.auto_id or field.html_name
