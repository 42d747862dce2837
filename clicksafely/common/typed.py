"""What somebody typed, in the lists and forms of the staff site: it stays as it was typed, in no language or script of the page."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from django.contrib.admin import helpers
from django.contrib.admin.templatetags import admin_list
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

__all__ = ["as_typed", "mark_typed"]

_cells_of_django = admin_list.items_for_result
_contents_of_django = helpers.AdminReadonlyField.contents
_part_of_django = helpers.InlineAdminForm.__init__


def as_typed(text: object) -> SafeString | str:
    """`text` as neither the middleware of scripts nor a browser that translates may touch it; nothing stays nothing."""
    return format_html('<span translate="no">{}</span>', text) if str(text) else ""


def mark_typed() -> None:
    """Have Django's lists and forms to be read say so of what they show; they look these up each time."""
    admin_list.items_for_result = _cells
    helpers.AdminReadonlyField.contents = _contents  # type: ignore[assignment, method-assign]
    helpers.InlineAdminForm.__init__ = _named  # type: ignore[assignment, method-assign]


def _is_typed(model: type[models.Model], name: Any) -> bool:
    """Whether a column or field holds words of a person's own: text that is not chosen from a list, what machines read, or the name of another record."""
    if name == "__str__":
        return True
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    is_text = isinstance(field, (models.CharField, models.TextField))
    return field.is_relation or isinstance(field, models.JSONField) or (is_text and not getattr(field, "choices", None))


def _cells(cl: Any, result: models.Model, form: Any) -> Iterator[SafeString]:
    """The cells of a row; Django makes the columns of the list in their order, and then perhaps one more that is hidden."""
    for name, cell in zip_longest(cl.list_display, _cells_of_django(cl, result, form)):
        if isinstance(name, str) and _is_typed(cl.model, name):
            # The first class of a cell is its own.
            yield mark_safe(cell.replace(" class=", ' translate="no" class=', 1))  # noqa: S308 - what Django made
        else:
            yield cell


def _contents(shown: helpers.AdminReadonlyField) -> SafeString | str:
    contents = _contents_of_django(shown)
    name = shown.field["field"]
    return as_typed(contents) if isinstance(name, str) and _is_typed(type(shown.form.instance), name) else contents


class _Named(SimpleLazyObject):  # type: ignore[type-arg]
    """A record whose name, where a template writes it, is typed."""

    def __str__(self) -> str:
        return as_typed(super().__str__())


def _named(part: helpers.InlineAdminForm, *args: Any, **kwargs: Any) -> None:
    """A part of a record in its form, headed by its name."""
    _part_of_django(part, *args, **kwargs)
    if original := part.original:
        part.original = _Named(lambda: original)  # type: ignore[assignment]
