"""Loads seed content: creates each row of the content files once and never overwrites an editor's change."""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.module_loading import module_has_submodule
from modeltranslation.fields import TranslationField

from clicksafely.common.content.files import ContentError, Document, Place, Problem, parse_place
from clicksafely.common.content.schema import content_files, read_checked
from clicksafely.common.models import LoadedContent

type Values = dict[str, Any]
type Digests = dict[str, str]
_NUMBER: Final = re.compile(r"^\d+\. ")
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")
# Saves a row; it calls the function that writes its parts.
type Save = Callable[[models.Model, Callable[[], None], datetime], None]


@dataclass(frozen=True, kw_only=True)
class RowType:
    """Maps an entry of a file to a row; its keys are field names.

    `rich_text` are fields written in Markdown, `links` foreign keys and many-to-many fields by the field of the target that the file
    names, `parts` relations whose rows belong to the row.
    """

    rich_text: frozenset[str] = frozenset()
    links: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, "Part"] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Part(RowType):
    """Rows that belong to another row.

    `key` is the field that identifies them, `number` the field with their position, counted from `first`.
    """

    key: str
    number: str = ""
    first: int = 1


def save_plainly(row: models.Model, write_parts: Callable[[], None], now: datetime) -> None:
    """Save a row and its parts."""
    row.save()
    write_parts()


def read_rows(document: Document) -> Iterable[tuple[Place, Values]]:
    """Return the rows of a file: one or a list."""
    if isinstance(document.data, list):
        return [((number,), values) for number, values in enumerate(document.data)]
    return [((), document.data)]


@dataclass(frozen=True, kw_only=True)
class ContentKind(RowType):
    """A kind of seed content.

    `files` is a file or a folder, `key` the keys of the file that identify a row. They are fields, unless `match` names other fields to
    find a row that the loader did not write. `check` yields problems that the schema cannot express, as (place, message). `created`
    returns more values for a new row; its arguments are the position and the values of the row. `create` saves a new row, `update` an
    existing one, without the fields in `once`, whose change is no edit.
    """

    model: str
    files: Path
    key: Sequence[str]
    match: Sequence[str] = ()
    read: Callable[[Document], Iterable[tuple[Place, Values]]] = read_rows
    check: Callable[[Document], Iterable[tuple[str, str]]] = lambda document: ()
    created: Callable[[int, Values], Values] = lambda position, values: {}
    create: Save = save_plainly
    update: Save = save_plainly
    once: frozenset[str] = frozenset()

    @property
    def model_class(self) -> type[models.Model]:
        """The model class."""
        return apps.get_model(self.model)


@dataclass(frozen=True)
class _Row:
    kind: ContentKind
    key: str
    values: Values
    position: int
    document: Document
    place: Place

    def problem(self, name: str, message: str) -> Problem:
        return self.document.problem((*self.place, name), message)


@dataclass
class LoadResult:
    """Result of a run: `kept_rows` names rows that differ from the files because they were edited or deleted."""

    done: int = 0
    total: int = 0
    created: int = 0
    updated: int = 0
    kept_rows: list[str] = field(default_factory=list)


def all_kinds() -> list[ContentKind]:
    """Return the kinds of all apps, from their modules `content`, in the order of the installed apps."""
    found: list[ContentKind] = []
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "content"):
            found += getattr(import_module(f"{config.name}.content"), "KINDS", ())
    return found


def load_content(kinds: Sequence[ContentKind], *, now: datetime) -> Generator[LoadResult]:
    """Write new content; yields the same result object before the first row and after each.

    A row with other values than those loaded was edited and stays unchanged. A deleted row is not created again. Each
    row is written in its own transaction, so an interrupted run continues.

    Raises ContentError before any write if a file has an error.
    """
    rows = read_kinds(kinds)
    result = LoadResult(total=len(rows))
    yield result
    loaded = {(each.kind, each.key): each.digests for each in LoadedContent.objects.all()}
    for row in rows:
        digests = _digests(_canonical(row.kind, row.kind.model_class, row.values))
        if loaded.get((row.kind.model, row.key)) != digests:
            with transaction.atomic(), translation.override("sr"):
                _load(row, digests, result, now)
        result.done += 1
        yield result


def loaded_rows(model: str) -> models.QuerySet[LoadedContent, int]:
    """Return the primary keys of the rows of `model` that the loader wrote."""
    return LoadedContent.objects.filter(kind=model).values_list("object_id", flat=True)


def read_kinds(kinds: Sequence[ContentKind]) -> list[_Row]:
    """Return the validated rows of all kinds. Raises ContentError with all problems of all files."""
    paths = list(dict.fromkeys(path for kind in kinds for path in content_files(kind.files)))
    documents = {document.path: document for document in read_checked(paths)}
    problems = [
        documents[path].problem(parse_place(place), message)
        for kind in kinds
        for path in content_files(kind.files)
        for place, message in kind.check(documents[path])
    ]
    if problems:
        raise ContentError(problems)
    rows = [row for kind in kinds for row in _rows_of(kind, documents)]
    problems = [*_repeated(rows), *_missing(rows), *_invalid(rows)]
    if problems:
        raise ContentError(problems)
    return rows


def _rows_of(kind: ContentKind, documents: Mapping[Path, Document]) -> Iterator[_Row]:
    found = ((documents[path], row) for path in content_files(kind.files) for row in kind.read(documents[path]))
    for position, (document, (place, values)) in enumerate(found):
        key = " ".join(str(values[name]) for name in kind.key)
        if kind.match:
            values = {name: value for name, value in values.items() if name not in kind.key}
        yield _Row(kind, key, _converted(kind, values), position, document, place)


def _converted(row_type: RowType, values: Values) -> Values:
    """Convert rich text to HTML, number the parts, and remove the line break at the end of a text, as forms do."""
    converted = dict(values)
    for name, value in values.items():
        if name.removesuffix("_sr").removesuffix("_en") in row_type.rich_text:
            converted[name] = markdown_to_html(value)
        elif isinstance(value, str):
            converted[name] = value.rstrip("\n")
        elif part := row_type.parts.get(name):
            numbers = [{part.number: part.first + n} if part.number else {} for n in range(len(value))]
            converted[name] = [_converted(part, own | number) for own, number in zip(value, numbers, strict=True)]
    return converted


def _repeated(rows: Sequence[_Row]) -> Iterator[Problem]:
    first_rows: dict[tuple[str, str], _Row] = {}
    for row in rows:
        first = first_rows.setdefault((row.kind.model, row.key), row)
        if first is not row:
            yield row.problem(
                row.kind.key[0], f"the key {row.key!r} occurs twice: {first.problem(first.kind.key[0], 'first here')}"
            )


def _missing(rows: Sequence[_Row]) -> Iterator[Problem]:
    """Yield references to rows that exist neither in the files nor in the database."""
    there: dict[tuple[type[models.Model], str], set[Any]] = {}
    for row in rows:
        for name, value, link in _linked(row.kind, row.kind.model_class, row.values):
            target, column = link
            if link not in there:
                stored = target._default_manager.values_list(column, flat=True)
                there[link] = {each.values.get(column) for each in rows if each.kind.model_class is target} | {*stored}
            for each in value if isinstance(value, list) else [value]:
                if each and each not in there[link]:
                    yield row.problem(name, f"{name}: there is no {target._meta.model_name} {each!r}")


def _linked(
    row_type: RowType, model: type[models.Model], values: Values
) -> Iterator[tuple[str, Any, tuple[type[models.Model], str]]]:
    for name, column in row_type.links.items():
        if name in values:
            yield name, values[name], (_related(model, name), column)
    for name, part in row_type.parts.items():
        for own in values.get(name, ()):
            yield from ((name, value, link) for _name, value, link in _linked(part, _related(model, name), own))


def _invalid(rows: Sequence[_Row]) -> Iterator[Problem]:
    """Yield the validation errors of the models' fields."""
    with translation.override("en"):
        for row in rows:
            also = {*row.kind.match, *row.kind.created(row.position, row.values)}
            for place, message in _refused(row.kind, row.kind.model_class, row.values, also):
                yield row.document.problem((*row.place, *place), message)


def model_values(
    model: type[models.Model], row: Values, *, rich_text: Collection[str] = (), besides: Collection[str] = ()
) -> Values:
    """Return all values of a row for the fields of a model, `rich_text` as HTML. The caller reads the keys in `besides`.

    Raises LookupError that names each other key without a field, and each required field without a key.
    """
    values = {name: value for name, value in row.items() if name not in besides}
    if problems := [message for _name, message in _unshared(model, values)]:
        raise LookupError("; ".join(problems))
    return _converted(RowType(rich_text=frozenset(rich_text)), values)


def _unshared(model: type[models.Model], keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the keys without a field, and the required fields without a key, each with a message."""
    label, columns = model._meta.label, {each.name: each for each in model._meta.concrete_fields}
    for name in keys:
        if name not in {each.name for each in model._meta.get_fields()}:
            yield name, f"{name}: {label} has no such field"
    for name, column in columns.items():
        if name not in keys and _is_required(column) and f"{name}_sr" not in columns:
            yield "", f"{name}: {label} requires this field"


def _is_required(field: "models.Field[Any, Any]") -> bool:
    """Return whether a file must have this field. Columns of a translation accept NULL even if the form requires them."""
    optional = field.blank or field.has_default() or field.has_db_default() or not field.editable
    return not (optional or field.primary_key or field.is_relation) and (
        not field.null or isinstance(field, TranslationField)
    )


def _refused(
    row_type: RowType, model: type[models.Model], values: Values, also: Collection[str] = ()
) -> Iterator[tuple[Place, str]]:
    """Yield the errors of a row; the loader sets the fields in `also`."""
    if unshared := list(_unshared(model, {*values, *also})):
        yield from (((name,) if name else (), message) for name, message in unshared)
        return
    plain = {name: value for name, value in values.items() if name not in row_type.links and name not in row_type.parts}
    try:
        model(**plain).clean_fields(exclude={each.name for each in model._meta.get_fields()} - set(plain))
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield (name,), f"{name}: {' '.join(messages)}"
    for name, part in row_type.parts.items():
        for number, own in enumerate(values.get(name, ())):
            for place, message in _refused(part, _related(model, name), own):
                yield (name, number, *place), message


def _related(model: type[models.Model], name: str) -> type[models.Model]:
    related: type[models.Model] = model._meta.get_field(name).related_model  # type: ignore[assignment]
    return related


def _load(row: _Row, digests: Digests, result: LoadResult, now: datetime) -> None:
    kind = row.kind
    manager = kind.model_class._default_manager.select_for_update()
    loaded = LoadedContent.objects.select_for_update().filter(kind=kind.model, key=row.key).first()
    if loaded is None:
        stored = manager.filter(**{name: row.values[name] for name in kind.match or kind.key}).first()
        expected = digests
    else:
        stored, expected = manager.filter(pk=loaded.object_id).first(), loaded.digests
    if stored is None and loaded is not None:
        result.kept_rows.append(f"{kind.model} {row.key}: deleted by an editor, not created again")
        return
    names = [name for name in expected if name not in kind.once]
    if stored is None:
        stored, result.created = kind.model_class(), result.created + 1
        _write(row, stored, kind.create, row.values | dict(kind.created(row.position, row.values)), now)
    elif _digests(_stored(kind, stored, names)) != {name: expected[name] for name in names}:
        result.kept_rows.append(f"{kind.model} {row.key}: kept, edited")
        return
    elif loaded is not None:
        result.updated += 1
        values = {name: value for name, value in row.values.items() if name not in kind.once}
        _write(row, stored, kind.update, values, now)
    LoadedContent.objects.update_or_create(
        kind=kind.model, key=row.key, defaults={"object_id": stored.pk, "digests": digests}
    )


def _write(row: _Row, stored: models.Model, save: Save, values: Values, now: datetime) -> None:
    _fill(row.kind, stored, values)
    save(stored, lambda: _write_relations(row.kind, stored, values), now)


def _fill(row_type: RowType, row: models.Model, values: Values) -> None:
    """Set the columns."""
    for name, value in values.items():
        column = row_type.links.get(name)
        if name in row_type.parts or (column and isinstance(value, list)):
            continue
        if column:
            value = _related(type(row), name)._default_manager.get(**{column: value}) if value else None
        setattr(row, name, value)


def _write_relations(row_type: RowType, row: models.Model, values: Values) -> None:
    """Set many-to-many relations and write the parts; parts missing in `values` are deleted."""
    for name, column in row_type.links.items():
        if isinstance(related_values := values.get(name), list):
            getattr(row, name).set(
                _related(type(row), name)._default_manager.filter(**{f"{column}__in": related_values})
            )
    for name, part in row_type.parts.items():
        if name not in values:
            continue
        parent = row._meta.get_field(name).remote_field.name  # type: ignore[union-attr]
        there = {str(getattr(child, part.key)): child for child in getattr(row, name).all()}
        for own in values[name]:
            child = there.pop(str(own[part.key]), None) or _related(type(row), name)(**{parent: row})
            _fill(part, child, own)
            child.save()
            _write_relations(part, child, own)
        for child in there.values():
            child.delete()


def _canonical(row_type: RowType, model: type[models.Model], values: Values) -> Values:
    """Return the values of a file in the form of `_stored`, for comparison."""
    found: Values = {}
    for name, value in values.items():
        if part := row_type.parts.get(name):
            children = [(own, _canonical(part, _related(model, name), own)) for own in value]
            found[name] = {str(own[part.key]): _without_empty(child) for own, child in children}
        else:
            found[name] = _plain(model, name, value)
    return found


def _stored(row_type: RowType, row: models.Model, names: Iterable[str]) -> Values:
    """Return the values of a row, its parts with all their fields."""
    found: Values = {}
    for name in names:
        if part := row_type.parts.get(name):
            children = getattr(row, name).all()
            found[name] = {
                str(getattr(child, part.key)): _without_empty(_stored(part, child, _field_names(part, child)))
                for child in children
            }
        else:
            column, value = row_type.links.get(name), getattr(row, name, None)
            if column and isinstance(value, models.Manager):
                value = list(value.values_list(column, flat=True))
            elif column:
                value = getattr(value, column, None)
            found[name] = _plain(type(row), name, value)
    return found


def _field_names(part: Part, child: models.Model) -> Iterator[str]:
    names = {each.name for each in child._meta.concrete_fields}
    for each in child._meta.concrete_fields:
        is_link = each.is_relation and each.name not in part.links
        if each.editable and not each.primary_key and not is_link and f"{each.name}_sr" not in names:
            yield each.name
    yield from part.parts


def _plain(model: type[models.Model], name: str, value: Any) -> Any:
    """Return a value, or None if it is empty or the default of its field."""
    column = model._meta.get_field(name)
    if isinstance(value, list):
        return sorted(value, key=str) if column.many_to_many else value or None
    if isinstance(value, Decimal):
        value = value.normalize()
    is_default = isinstance(column, models.Field) and column.has_default() and value == column.get_default()
    return None if is_default or value == "" else value


def _without_empty(values: Values) -> Values:
    return {name: value for name, value in values.items() if value not in (None, {}, [])}


def _digests(values: Values) -> Digests:
    """Return a short SHA-256 of each value."""
    texts = {name: json.dumps(value, default=str, sort_keys=True) for name, value in values.items()}
    return {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in texts.items()}


def markdown_to_html(text: str) -> str:
    """Return the HTML of Markdown in the form produced by the editor.

    Supported are headings (`##`, `###`), lists (`-`, `1.`), paragraphs, and `**bold**`. Blank lines separate blocks.
    """
    return "".join(_block(block.split("\n")) for block in text.strip().split("\n\n")) if text.strip() else ""


def _block(lines: list[str]) -> str:
    if lines[0].startswith("- "):
        return f"<ul>{_items(line.removeprefix('- ') for line in lines)}</ul>"
    if _NUMBER.match(lines[0]):
        return f"<ol>{_items(_NUMBER.sub('', line) for line in lines)}</ol>"
    for marks, tag in (("## ", "h2"), ("### ", "h3")):
        if lines[0].startswith(marks):
            return f"<{tag}>{_inline(lines[0].removeprefix(marks))}</{tag}>"
    return f"<p>{_inline(' '.join(lines))}</p>"


def _items(lines: Iterable[str]) -> str:
    return "".join(f"<li><p>{_inline(line)}</p></li>" for line in lines)


def _inline(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", escape(text, quote=False))
