"""What somebody typed, in the forms of the staff site, and in its lists (cells.py): it stays as it was typed, in no language or script of the page."""

from typing import Any

from django.contrib.admin import helpers
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString

__all__ = ["as_typed", "is_typed", "mark_typed"]

_contents_of_django = helpers.AdminReadonlyField.contents
_part_of_django = helpers.InlineAdminForm.__init__


def as_typed(text: object) -> SafeString | str:
    """`text` as neither the middleware of scripts nor a browser that translates may touch it; nothing stays nothing."""
    return format_html('<span translate="no">{}</span>', text) if str(text) else ""


def mark_typed() -> None:
    """Have Django's forms to be read say so of what they show; they look these up each time."""
    helpers.AdminReadonlyField.contents = _contents  # type: ignore[assignment, method-assign]
    helpers.InlineAdminForm.__init__ = _named  # type: ignore[assignment, method-assign]


def is_typed(model: type[models.Model], name: Any) -> bool:
    """Whether a column or field holds words of a person's own: text that is not chosen from a list, what machines read, or the name of another record."""
    if not isinstance(name, str):
        return False
    if name == "__str__":
        return True
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    is_text = isinstance(field, (models.CharField, models.TextField))
    return field.is_relation or isinstance(field, models.JSONField) or (is_text and not getattr(field, "choices", None))


def _contents(shown: helpers.AdminReadonlyField) -> SafeString | str:
    contents = _contents_of_django(shown)
    name = shown.field["field"]
    return as_typed(contents) if is_typed(type(shown.form.instance), name) else contents


class _Named(SimpleLazyObject):  # type: ignore[type-arg]
    """A record whose name, where a template writes it, is typed."""

    def __str__(self) -> str:
        return as_typed(super().__str__())


def _named(part: helpers.InlineAdminForm, *args: Any, **kwargs: Any) -> None:
    """A part of a record in its form, headed by its name."""
    _part_of_django(part, *args, **kwargs)
    if original := part.original:
        part.original = _Named(lambda: original)  # type: ignore[assignment]
