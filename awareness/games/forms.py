"""Form of a game. Its content is edited as formsets, one for each list of rows, which work without JavaScript."""

import re
from collections.abc import Callable, Collection, Mapping
from itertools import chain, count
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness.games.content_data import Content, empty_content, lists_of
from awareness.games.fields import KEY, Key, Offered, Row, Rows, Text
from awareness.games.import_export.validation import KeyProblem, key_problems
from awareness.publishing.forms import PublicationForm
from awareness.publishing.next_steps import NextKind, PageChoices, page_choices
from awareness.publishing.versions import as_lines
from clicksafely.common.i18n.language import ENGLISH, SERBIAN
from clicksafely.common.serbian.search_folding import slugify

# Submit button that adds an empty row. Its value is the prefix of the list.
ADD: Final = "content-add"
# Empty rows of an empty list, and of any other one.
_FIRST_ROWS: Final = 2
_MORE_ROWS: Final = 1
# Characters of the name of a row in a choice.
MAX_NAME_LENGTH: Final = 70


class RowForm(forms.Form):
    """One row. `inner` are the lists within it."""

    inner: tuple["RowFormSet", ...] = ()
    # Whether the row, or one within it, was just added.
    is_new_row = False

    def __init__(self, *args: Any, rows: Rows, offered: Mapping[str, Offered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self._names: dict[str, list[str]] = {}
        for field in rows.fields:
            found = field.form_fields(offered.get(field.offered_list, ()))
            self.fields |= found
            self._names[field.name] = list(found)

    def has_changed(self) -> bool:
        """A row is filled in if one of its lists is."""
        return super().has_changed() or any(form.has_changed() for each in self.inner for form in each.forms)

    def row(self, stored: Row) -> Row:
        """Return the row without its lists. Invalid fields keep their stored values, new ones their initial values."""
        found: Row = {}
        data = getattr(self, "cleaned_data", {})
        for field in self.rows.fields:
            try:
                found[field.name] = field.from_form(data)
            except KeyError:
                initial = {name: each.initial or "" for name, each in self.fields.items()}
                found[field.name] = stored[field.name] if field.name in stored else field.from_form(initial)
        return found

    def control(self, field_name: str) -> str | None:
        """Return the form field that shows problems of a field of the row. None if it has no form field."""
        return next(iter(self._names[field_name]), None)

    @property
    def layout(self) -> list[list[forms.BoundField]]:
        """The form fields in lines: texts in both languages side by side, short fields together."""
        lines: list[list[forms.BoundField]] = [[]]
        for names in self._names.values():
            bound = [self[name] for name in names]
            if len(bound) > 1:
                lines.append(bound)
            else:
                lines[0] += bound
        return [line for line in lines if line]


class RowFormSet(BaseFormSet):  # type: ignore[type-arg]
    """The rows of a list. `stored` are its rows as saved, `is_main` marks the list of most rows."""

    is_main = False

    def __init__(
        self,
        rows: Rows,
        stored: list[Row],
        data: Mapping[str, Any] | None,
        prefix: str,
        offered: Mapping[str, Offered],
    ) -> None:
        self.rows, self.stored, self.offered = rows, stored, offered
        self.extra = _MORE_ROWS if stored else _FIRST_ROWS
        initial = [
            {name: value for field in rows.fields for name, value in field.to_form(row).items()} for row in stored
        ]
        super().__init__(data, prefix=prefix, initial=initial, form_kwargs={"rows": rows, "offered": offered})

    @property
    def is_submitted(self) -> bool:
        """Whether the data contain the list."""
        return self.is_bound and self.management_form.is_valid()

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add the lists within a row."""
        super().add_fields(form, index)
        stored = self.stored[index] if index is not None and index < len(self.stored) else {}
        added = self.data.get(ADD, "") if self.is_bound else ""
        is_last = index is not None and index == self.total_form_count() - 1
        form.is_new_row = added.startswith(f"{form.prefix}-") or (added == self.prefix and is_last)
        form.inner = tuple(
            make_formset(
                each,
                stored.get(each.name, []),
                self.data if self.is_bound else None,
                f"{form.prefix}-{each.name}",
                self.offered,
            )
            for each in self.rows.lists
        )
        if "page" in form.fields:
            form.fields["page"].offer(self.pages, form.initial.get("page", ""))

    @cached_property
    def pages(self) -> PageChoices:
        """The pages that can be chosen, queried once for all rows."""
        return page_choices(NextKind.values)

    def remaining_forms(self) -> list[tuple[RowForm, Row]]:
        """Return the filled forms that are not marked for deletion, in their order, with their stored rows."""
        self.is_valid()
        rows = []
        for index, form in enumerate(self.forms):
            if index >= len(self.stored) and not form.has_changed():
                continue
            data = getattr(form, "cleaned_data", {})
            if not data.get("DELETE"):
                order = data.get("ORDER")
                rows.append(((order is None, order or 0, index), form, (self.stored[index : index + 1] or [{}])[0]))
        return [(form, stored) for _order, form, stored in sorted(rows, key=lambda each: each[0])]

    def values(self) -> list[Row]:
        """Return the rows as far as they are valid. Without submitted data, the stored rows."""
        if not self.is_submitted:
            return self.stored
        return [
            form.row(stored) | {each.rows.name: each.values() for each in form.inner}
            for form, stored in self.remaining_forms()
        ]

    def is_whole(self) -> bool:
        """Return whether all rows are valid, with the lists within them."""
        return (
            self.is_submitted
            and self.is_valid()
            and all(each.is_whole() for form, _stored in self.remaining_forms() for each in form.inner)
        )

    @property
    def is_open(self) -> bool:
        """Whether the list is shown unfolded: the main one, and those with an error or a new row."""
        return self.is_main or (self.is_bound and (not self.is_whole() or any(form.is_new_row for form in self.forms)))

    @property
    def can_add(self) -> bool:
        """Whether the list may have another row."""
        return len(self.forms) < self.rows.most


def make_formset(
    rows: Rows, stored: list[Row], data: Mapping[str, Any] | None, prefix: str, offered: Mapping[str, Offered]
) -> RowFormSet:
    """Return the formset of a list. `offered` are the rows of each list to which fields can refer."""
    kind = formset_factory(
        RowForm,
        formset=RowFormSet,
        can_order=True,
        can_delete=True,
        max_num=rows.most,
        # Rows that are drawn although the list is too long. Django's default is a thousand, many seconds for one page.
        absolute_max=rows.most + 10,
        validate_max=True,
    )
    return cast(Callable[..., RowFormSet], kind)(rows, stored, data, prefix, offered)


class ContentEditor:
    """The formsets of a game's content."""

    def __init__(self, kind: str, stored: Content, data: QueryDict | None = None) -> None:
        self.kind = kind
        self.adds = data is not None and ADD in data
        if data is not None:
            data = data.copy()
            if self.adds:
                _add_row(data, str(data[ADD]))
        offered: dict[str, list[tuple[str, str]]] = {}
        for each in lists_of(kind):
            _collect_rows(each, stored[each.name], data, each.name, offered)
        self.formsets = [make_formset(each, stored[each.name], data, each.name, offered) for each in lists_of(kind)]
        # The list of most rows, which is what the game consists of.
        max(self.formsets, key=lambda formset: len(formset.forms)).is_main = True

    def __str__(self) -> str:
        return "\n".join(as_lines(self.content()))

    def content(self) -> Content:
        """Return the content as far as it is valid."""
        return {each.rows.name: each.values() for each in self.formsets}

    @cached_property
    def is_valid(self) -> bool:
        """Whether the rows and the references between them are valid. Problems are added to their fields."""
        valid = all(each.is_whole() for each in self.formsets)
        problems = list(key_problems(self.kind, self.content()))
        for problem in problems:
            form = self._form_at(problem.path)
            form.add_error(form.control(str(problem.path[-1])), _message(problem))
        return valid and not problems

    def _form_at(self, path: tuple[str | int, ...]) -> RowForm:
        formsets, form = tuple(self.formsets), None
        for name, number in zip(path[:-1:2], path[1::2], strict=True):
            form, _stored = next(each for each in formsets if each.rows.name == name).remaining_forms()[int(number)]
            formsets = form.inner
        assert form is not None  # noqa: S101 - the path of a problem has a row
        return form


def _message(problem: KeyProblem) -> str:
    if problem.missing_in:
        return _("“%(key)s” does not exist.") % {"key": problem.key}
    return _("This short name is already in use.")


def _add_row(data: QueryDict, prefix: str) -> None:
    """Add a row to a list."""
    if (total := _row_count(data, prefix)) is not None:
        data[f"{prefix}-TOTAL_FORMS"] = str(total + 1)


def _row_count(data: QueryDict, prefix: str) -> int | None:
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    return int(total) if total.isascii() and total.isdigit() and len(total) < 4 else None


def _collect_rows(
    rows: Rows, stored: list[Row], data: QueryDict | None, prefix: str, offered: dict[str, list[tuple[str, str]]]
) -> None:
    """Add the rows with a key of a list, and of its nested lists, to `offered`.

    The rows are those submitted in `data`, otherwise the stored ones. A submitted row that needs a key and has none
    gets one in `data`, from its text.
    """
    submitted = _row_count(data, prefix) if data is not None else None
    if submitted is None:
        data = None
    total = len(stored) if submitted is None else min(submitted, rows.most + 1)
    key_field = next((field for field in rows.fields if isinstance(field, Key) and field.name == "key"), None)
    taken = {data.get(f"{prefix}-{number}-key", "") for number in range(total)} if data is not None else set()
    for number in range(total):
        row, own = stored[number] if number < len(stored) else {}, f"{prefix}-{number}"
        if key_field is not None:
            name = _row_text(rows, row, data, own)
            key = data.get(f"{own}-key", "") if data is not None else row["key"]
            if data is not None and key_field.required and name and not key:
                data[f"{own}-key"] = key = _free_key(name, rows.one, taken)
                taken.add(key)
            # Rows that refer to a row whose new short name is invalid keep its stored one.
            if not re.match(KEY, key):
                key = row.get("key", "")
            if key:
                offered.setdefault(rows.name, []).append((key, name or key))
        for each in rows.lists:
            _collect_rows(each, row.get(each.name, []), data, f"{own}-{each.name}", offered)


def _row_text(rows: Rows, row: Row, data: QueryDict | None, prefix: str) -> str:
    """Return the first text of a row in the active language, otherwise in Serbian."""
    text = next((field.name for field in rows.fields if isinstance(field, Text)), "")
    languages = (ENGLISH, SERBIAN) if get_language() == ENGLISH else (SERBIAN,)
    if data is not None:
        found = (data.get(f"{prefix}-{text}_{language}", "").strip() for language in languages)
    else:
        found = ((row.get(text) or {}).get(language, "") for language in languages)
    return Truncator(next(filter(None, found), "")).chars(MAX_NAME_LENGTH)


def _free_key(name: str, default: str, taken: Collection[str]) -> str:
    start = slugify(name)[:36].strip("-") or slugify(default)
    return next(key for key in chain((start,), (f"{start}-{number}" for number in count(2))) if key not in taken)


class ContentWidget(forms.Widget):
    """Displays a `ContentEditor`. `kind` and `stored` are set by the form."""

    kind = ""
    stored: Content
    _latest: tuple[Any, ContentEditor] | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> ContentEditor:
        """Return the editor with the submitted rows."""
        if self._latest is None or self._latest[0] is not data:
            self._latest = data, ContentEditor(self.kind, self.stored, data)
        return self._latest[1]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the rows, with their errors if submitted."""
        editor = value if isinstance(value, ContentEditor) else ContentEditor(self.kind, self.stored)
        return render_to_string("staff/games/content.html", {"formsets": editor.formsets, "add": ADD})


class ContentField(forms.Field):
    """The content of a game."""

    widget = ContentWidget

    def clean(self, value: ContentEditor) -> Content:
        """Return the content. Raises ValidationError if a row is invalid, or if only a row was added."""
        if value.adds:
            raise ValidationError(_("An empty row was added. Nothing has been saved yet."), code="row_added")
        if not value.is_valid:
            raise ValidationError(_("Correct the marked rows of the content."), code="invalid_rows")
        return value.content()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data.content() != initial)


class GameForm(PublicationForm):
    """Form of a game. A new game has no content until its kind is saved."""

    content = ContentField(label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["content"]
            return
        widget = cast(ContentWidget, self.fields["content"].widget)
        widget.kind, widget.stored = self.instance.kind, empty_content(self.instance.kind) | self.instance.content
        self.initial["content"] = widget.stored

    def clean(self) -> dict[str, Any]:
        """Set the content of the game."""
        data = super().clean()
        if "content" in data:
            self.instance.content = data["content"]
        return data

    def entered_content(self) -> Content:
        """Return the content as far as it is valid, for the preview."""
        return (
            cast(ContentWidget, self.fields["content"].widget).value_from_datadict(self.data, {}, "content").content()
        )
