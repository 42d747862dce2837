"""The rows of a staff list, as Django makes them, but each column is looked into once and not again for every row: that was half of a page's time."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import zip_longest
from operator import attrgetter, methodcaller
from typing import Any

from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.utils import display_for_field, display_for_value
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.forms import ModelForm
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from clicksafely.common.typed import is_typed

# What never breaks within a line.
_SHORT = (models.DateField, models.TimeField, models.ForeignKey)
_items_for_result = admin_list.items_for_result


@dataclass(frozen=True)
class Column:
    """`read` takes a value from a record, `show` makes text or markup of it; it stands in an element `tag`, and leads to the record or not."""

    read: Callable[[Any], Any]
    show: Callable[[Any], Any]
    css_class: str
    is_typed: bool
    is_worked_out: bool
    is_link: bool
    tag: str


class ListedColumns(ChangeList):
    """A list that knows its columns."""

    @cached_property
    def columns(self) -> list[Column]:
        # Without names of their own the first column leads to the record, and whichever does so first heads the row.
        links, headed, columns = self.list_display_links, False, []
        for place, name in enumerate(self.list_display):
            is_link = links is not None and (name in links if links else not headed)
            columns.append(_column(self, name, place, tag="th" if is_link and not headed else "td", is_link=is_link))
            headed = headed or is_link
        return columns


def draw_rows() -> None:
    """Have Django's lists draw their rows so; its template tag looks this up for each of them."""
    admin_list.items_for_result = _cells


def cells_of_django(cl: ChangeList, result: models.Model, form: "ModelForm[Any] | None") -> Iterator[SafeString]:
    """The cells of a row one by one, as Django makes them; what somebody typed is marked as such."""
    # Django makes the columns of the list in their order, and then perhaps one more that is hidden.
    for name, cell in zip_longest(cl.list_display, _items_for_result(cl, result, form)):
        # The first class of a cell is its own.
        yield mark_safe(cell.replace(" class=", ' translate="no" class=', 1)) if is_typed(cl.model, name) else cell  # noqa: S308 - what Django made


def _cells(cl: ChangeList, result: models.Model, form: "ModelForm[Any] | None") -> Iterator[SafeString]:
    """The cells of a row, all in one. Where something may be typed or chosen in them, or the list is none of ours, Django makes them."""
    if isinstance(cl, ListedColumns) and form is None and not cl.is_popup:
        yield _row(cl, result)
    else:
        yield from cells_of_django(cl, result, form)


def _row(cl: ListedColumns, result: models.Model) -> SafeString:
    return mark_safe("".join(_cell(cl, column, result) for column in cl.columns))  # noqa: S308 - every value is escaped


def _cell(cl: ListedColumns, column: Column, result: models.Model) -> str:
    try:
        value = column.read(result)
    except ObjectDoesNotExist:
        value = None
    shown: str = conditional_escape(column.show(value))
    if column.is_link:
        shown = f'<a href="{conditional_escape(cl.url_for_result(result))}">{shown}</a>'
    typed = ' translate="no"' if column.is_typed else ""
    nowrap = " nowrap" if column.is_worked_out and isinstance(value, datetime.date | datetime.time) else ""
    return f'<{column.tag}{typed} class="{column.css_class}{nowrap}">{shown}</{column.tag}>'


def _column(cl: ChangeList, name: Any, place: int, *, tag: str, is_link: bool) -> Column:
    field, empty = _field(cl.model, name), cl.model_admin.get_empty_value_display()
    css_class = (
        "action-checkbox" if name == "action_checkbox" else f"field-{admin_list._coerce_field_name(name, place)}"  # type: ignore[attr-defined]
    )
    read: Callable[[Any], Any]
    if field:
        read, show = attrgetter(name), _words_of(field, empty, is_link=is_link)
    else:
        read, attribute = _worked_out(cl, name)
        empty = getattr(attribute, "empty_value_display", empty)
        is_yes_or_no = getattr(getattr(attribute, "fget", attribute), "boolean", False)
        show = partial(display_for_value, empty_value_display=empty, boolean=is_yes_or_no)
    if isinstance(field, _SHORT):
        css_class += " nowrap"
    return Column(read, show, css_class, is_typed(cl.model, name), not field, is_link, tag)


def _field(model: type[models.Model], name: Any) -> "models.Field[Any, Any] | None":
    """The field that a column shows; none where it is worked out, as which Django also shows the numbers that it gives to records."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    is_shown = isinstance(field, models.Field) and field.name == name and not field.auto_created
    return field if is_shown else None  # type: ignore[return-value]


def _words_of(field: "models.Field[Any, Any]", empty: str, *, is_link: bool) -> Callable[[Any], Any]:
    if field.remote_field:
        return lambda value: empty if value is None else value
    if field.flatchoices:
        # Their labels are put into the language of the page once.
        labels = {value: conditional_escape(label) for value, label in field.flatchoices}
        return lambda value: labels.get(value, empty)
    return partial(display_for_field, field=field, empty_value_display=empty, avoid_link=is_link)


def _worked_out(cl: ChangeList, name: Any) -> tuple[Callable[[Any], Any], object]:
    """How a value is come by that no field holds, and what says how it is shown: of the list, of whoever runs it, or of the record itself."""
    if callable(name):
        return name, name
    if hasattr(cl.model_admin, name) and name != "__str__":
        method = getattr(cl.model_admin, name)
        return method, method
    attribute = getattr(cl.model, name, None)
    return (str if name == "__str__" else methodcaller(name)) if callable(attribute) else attrgetter(name), attribute
