"""Form of a game. Its content is edited as formsets, one for each list of rows, which work without JavaScript."""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from awareness.games.content_data import Content, empty_content, lists_of
from awareness.games.fields import Row, Rows
from awareness.games.import_export.validation import KeyProblem, key_problems
from awareness.publishing.forms import PublicationForm
from awareness.publishing.versions import as_lines

# Submit button that adds an empty row. Its value is the prefix of the list.
ADD: Final = "content-add"
# Empty rows of an empty list, and of any other one.
_FIRST_ROWS: Final = 2
_MORE_ROWS: Final = 1


class RowForm(forms.Form):
    """One row. `inner` are the lists within it."""

    inner: tuple["RowFormSet", ...] = ()
    # Whether the row, or one within it, was just added.
    is_new_row = False

    def __init__(self, *args: Any, rows: Rows, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for field in rows.fields:
            self.fields |= field.form_fields()

    def has_changed(self) -> bool:
        """A row is filled in if one of its lists is."""
        return super().has_changed() or any(form.has_changed() for each in self.inner for form in each.forms)

    def clean(self) -> dict[str, Any]:
        """Check the row as a whole."""
        data = super().clean() or {}
        if not self.errors:
            for name, message in self.rows.check(self.row({})).items():
                self.add_error(name, message)
        return data

    def row(self, stored: Row) -> Row:
        """Return the row without its lists. Invalid fields keep their stored values, new ones their initial values."""
        found: Row = {}
        data = getattr(self, "cleaned_data", {})
        for field in self.rows.fields:
            try:
                found[field.name] = field.from_form(data)
            except KeyError:
                initial = {name: each.initial or "" for name, each in field.form_fields().items()}
                found[field.name] = stored[field.name] if field.name in stored else field.from_form(initial)
        return found

    def control(self, field_name: str) -> str:
        """Return the form field at which a problem of a field of the row is shown."""
        return field_name if field_name in self.fields else f"{field_name}_sr"

    @property
    def layout(self) -> list[list[forms.BoundField]]:
        """The form fields in lines: texts in both languages side by side, short fields together."""
        lines: list[list[forms.BoundField]] = [[]]
        for field in self.rows.fields:
            bound = [self[name] for name in field.form_fields()]
            if len(bound) > 1:
                lines.append(bound)
            else:
                lines[0] += bound
        return [line for line in lines if line]


class RowFormSet(BaseFormSet):  # type: ignore[type-arg]
    """The rows of a list. `stored` are its rows as saved, `is_main` marks the list of most rows."""

    is_main = False

    def __init__(self, rows: Rows, stored: list[Row], data: Mapping[str, Any] | None, prefix: str) -> None:
        self.rows, self.stored = rows, stored
        self.extra = _MORE_ROWS if stored else _FIRST_ROWS
        initial = [
            {name: value for field in rows.fields for name, value in field.to_form(row[field.name]).items()}
            for row in stored
        ]
        super().__init__(data, prefix=prefix, initial=initial, form_kwargs={"rows": rows})

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
                each, stored.get(each.name, []), self.data if self.is_bound else None, f"{form.prefix}-{each.name}"
            )
            for each in self.rows.lists
        )

    def kept(self) -> list[tuple[RowForm, Row]]:
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
            form.row(stored) | {each.rows.name: each.values() for each in form.inner} for form, stored in self.kept()
        ]

    def is_whole(self) -> bool:
        """Return whether all rows are valid, with the lists within them."""
        return (
            self.is_submitted
            and self.is_valid()
            and all(each.is_whole() for form, _stored in self.kept() for each in form.inner)
        )

    @property
    def is_open(self) -> bool:
        """Whether the list is shown unfolded: the main one, and those with an error or a new row."""
        return self.is_main or (self.is_bound and (not self.is_whole() or any(form.is_new_row for form in self.forms)))

    @property
    def can_add(self) -> bool:
        """Whether the list may have another row."""
        return len(self.forms) < self.rows.most


def make_formset(rows: Rows, stored: list[Row], data: Mapping[str, Any] | None, prefix: str) -> RowFormSet:
    """Return the formset of a list."""
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
    return cast(Callable[..., RowFormSet], kind)(rows, stored, data, prefix)


class ContentEditor:
    """The formsets of a game's content."""

    def __init__(self, kind: str, stored: Content, data: QueryDict | None = None) -> None:
        self.kind = kind
        self.adds = data is not None and ADD in data
        if data is not None and self.adds:
            data = _with_row(data, str(data[ADD]))
        self.formsets = [make_formset(each, stored[each.name], data, each.name) for each in lists_of(kind)]
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
            form, _stored = next(each for each in formsets if each.rows.name == name).kept()[int(number)]
            formsets = form.inner
        assert form is not None  # noqa: S101 - the path of a problem has a row
        return form


def _message(problem: KeyProblem) -> str:
    if problem.missing_in:
        return _("“%(key)s” does not exist.") % {"key": problem.key}
    return _("This short name is already in use.")


def _with_row(data: QueryDict, prefix: str) -> QueryDict:
    """Return form data with one more row in a list."""
    data = data.copy()
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    if total.isascii() and total.isdigit() and len(total) < 4:
        data[f"{prefix}-TOTAL_FORMS"] = str(int(total) + 1)
    return data


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
