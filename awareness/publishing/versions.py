"""Versions of public records: serialisation, comparison, and restoring."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any, Final

from django.db import models
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.formats import date_format
from modeltranslation.translator import NotRegistered, translator

from awareness.publishing.models import Publication, Version

# Fields that are not content.
UNVERSIONED_FIELDS: Final = frozenset({"id", "revision", "changed_at"})
# Restoring a text neither changes its URL nor publishes it.
NEVER_RESTORED_FIELDS: Final = frozenset({"slug", "published_at", "withdrawn_at"})
PARTS: Final = "parts"
PART_KEY: Final = "id"
_ENDS_LINE = re.compile(r"</(?:p|li|h[2-4]|blockquote)>|<(?:br|hr)\s*/?>")
_TAG = re.compile(r"<[^<>]+>")

type Content = dict[str, Any]


def serialize_record(record: Publication) -> Content:
    """Return the fields and relation keys of a record by name. `PARTS` has its parts in order, with their keys.

    One row contains a record with its parts, because editors save and restore them together. django-simple-history
    stores each model separately. It also creates its tables before modeltranslation adds the language fields.
    """
    content = _fields_of(record, without=record.unversioned_fields)
    content[PARTS] = {
        name: [
            {PART_KEY: part.pk, **_fields_of(part, without=frozenset({_parent_of(type(record), name)}))}
            for part in getattr(record, name).all()
        ]
        for name in record.versioned_parts
    }
    return content


def save_version(record: Publication, *, author_id: int | None) -> None:
    """Store the current content of `record`. Runs in the transaction that saves it."""
    Version.objects.create(
        kind=record._meta.label_lower,
        object_id=record.pk,
        revision=record.revision,
        saved_at=record.changed_at,
        author_id=author_id,
        content=serialize_record(record),
    )


def versions_of(record: Publication) -> models.QuerySet[Version]:
    """Return the versions of a record, latest first."""
    versions = Version.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    return versions.select_related("author").order_by("-revision")


def restore_fields(record: Publication, content: Content) -> None:
    """Set the fields of `record` from a version, except slug and dates. Removed fields and deleted rows are skipped."""
    for field in record._meta.concrete_fields:
        if (
            field.name in content
            and field.name not in NEVER_RESTORED_FIELDS
            and not _is_gone(field, content[field.name])
        ):
            setattr(record, field.attname, field.to_python(content[field.name]))


def restore_parts(record: Publication, content: Content, *, now: datetime) -> None:
    """Restore the relations and parts of a saved record. Parts are created again, with their keys; soft-deleted parts are
    undeleted. Parts that belong to a deleted row are skipped.
    """
    for relation in record._meta.many_to_many:
        if (key := _key(relation.name)) in content:
            manager = getattr(record, relation.name)
            manager.set(manager.model._default_manager.filter(pk__in=content[key]))
    for name in record.versioned_parts:
        manager = getattr(record, name)
        if identifying_field := record.soft_deleted_parts.get(name):
            _bring_rows_back(record, name, identifying_field, content.get(PARTS, {}).get(name, []), now)
            continue
        manager.all().delete()
        fields = {field.name: field for field in manager.model._meta.concrete_fields}
        for part in content.get(PARTS, {}).get(name, []):
            values = {key: value for key, value in part.items() if key in fields}
            if not any(_is_gone(fields[key], value) for key, value in values.items()):
                manager.create(**{fields[key].attname: fields[key].to_python(value) for key, value in values.items()})


def _bring_rows_back(record: Publication, name: str, key: str, parts: list[Content], now: datetime) -> None:
    """Undelete the rows of a version. Other rows are removed first, because unique names may collide."""
    relation = record._meta.get_field(name)
    rows = relation.related_model._base_manager.filter(**{relation.field.name: record})  # type: ignore[union-attr]
    rows.filter(removed_at=None).exclude(**{f"{key}__in": [part[key] for part in parts]}).update(removed_at=now)
    written = {field.name: field for field in rows.model._meta.concrete_fields if field.editable}
    for part in parts:
        values = {name: field.to_python(part[name]) for name, field in written.items() if name in part}
        rows.filter(**{key: part[key]}).update(**values, removed_at=None)


def newer_fields(record: Publication, content: Content) -> list[str]:
    """Return the labels of the fields, including those of parts, that a version lacks because they were added later.

    Restoring the version keeps the present value of such a field; in a part the field gets its default.
    """
    model = type(record)
    found = [name for name in serialize_record(record) if name not in content and name not in NEVER_RESTORED_FIELDS]
    labels = [_label(model, name.removesuffix("_")) for name in found if name != PARTS and not _nameless(model, name)]
    for part, rows in content.get(PARTS, {}).items():
        part_model: Any = model._meta.get_field(part).related_model
        hidden = UNVERSIONED_FIELDS | _translated(part_model) | {_parent_of(model, part), "removed_at"}
        labels += [
            f"{part_model._meta.verbose_name}, {_label(part_model, each.name)}"
            for each in part_model._meta.concrete_fields
            if each.name not in hidden
            and any(each.name not in row for row in rows)
            and not _nameless(part_model, each.name)
        ]
    return labels


def missing_rows(model: type[models.Model], content: Content) -> list[str]:
    """Return the labels of the fields of a version, including those of parts, that refer to deleted rows."""
    found = [
        str(field.verbose_name)
        for field in model._meta.concrete_fields
        if field.name in content and _is_gone(field, content[field.name])
    ]
    for name, parts in content.get(PARTS, {}).items():
        part_model: Any = model._meta.get_field(name).related_model
        for number, part in enumerate(parts, 1):
            found += [f"{part_model._meta.verbose_name} {number}, {label}" for label in missing_rows(part_model, part)]
    return found


def _is_gone(field: "models.Field[Any, Any]", value: object) -> bool:
    model = field.related_model
    return value is not None and model is not None and not model._base_manager.filter(pk=value).exists()


@dataclass(frozen=True)
class Difference:
    """A changed field: its label, and its lines as pairs of a marker ("-", "+" or " ") and text."""

    label: str
    lines: list[tuple[str, str]]


def differences(model: type[models.Model], before: Content, after: Content) -> list[Difference]:
    """Return the changes between two versions: fields in the order of the form, then parts."""
    found = []
    for label, old, new in _pairs(model, before, after):
        if old != new:
            lines = [(line[0], line[2:]) for line in difflib.ndiff(old, new) if line[0] != "?"]
            found.append(Difference(label, lines))
    return found


def as_lines(value: object) -> list[str]:
    """Return a value as lines of plain text. Rich text is split into paragraphs, a document into lines with paths."""
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        return list(_document_lines(value, ""))
    if isinstance(value, list | tuple):
        return [line for item in value for line in as_lines(item)]
    text = _TAG.sub("", _ENDS_LINE.sub("\n", force_str(value)))
    return [line.strip() for line in unescape(text).splitlines() if line.strip()]


def _document_lines(value: object, path: str) -> Iterator[str]:
    """Yield the texts of a document, each with its path. Rows are numbered from 1: `cards[2].text.sr: …`."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _document_lines(each, f"{path}.{name}".removeprefix("."))
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _document_lines(each, f"{path}[{number}]")
    else:
        yield from (f"{path}: {line}" for line in as_lines(value))


def _pairs(model: type[models.Model], before: Content, after: Content) -> Iterator[tuple[str, list[str], list[str]]]:
    for name in dict.fromkeys([*after, *before]):
        old, new = before.get(name), after.get(name)
        if name not in {PARTS, PART_KEY} and old != new:
            name = name.removesuffix("_")
            if not _nameless(model, name):
                yield (
                    _label(model, name),
                    as_lines(display_value(model, name, old)),
                    as_lines(display_value(model, name, new)),
                )
    parts_before, parts_after = before.get(PARTS, {}), after.get(PARTS, {})
    for name in dict.fromkeys([*parts_after, *parts_before]):
        part_model: Any = model._meta.get_field(name).related_model
        key = getattr(model, "soft_deleted_parts", {}).get(name)
        for number, pair in enumerate(_paired_parts(parts_before.get(name, []), parts_after.get(name, []), key)):
            if key and not all(pair):
                old, new = (_first_words(part_model, part) for part in pair)
                yield f"{part_model._meta.verbose_name} {number + 1}", old, new
                continue
            for label, *lines in _pairs(part_model, *pair):
                yield f"{part_model._meta.verbose_name} {number + 1}, {label}", lines[0], lines[1]


def display_value(model: type[models.Model], name: str, value: Any) -> Any:
    """Return a stored value for display: names of related rows, labels of choices, local times."""
    try:
        field: Any = model._meta.get_field(name)
    except LookupError:
        return value
    if value in (None, "", []):
        return value
    if field.related_model:
        keys = value if isinstance(value, list) else [value]
        rows = field.related_model._base_manager.in_bulk(keys)
        return [rows.get(key, key) for key in keys]
    if words := dict(getattr(field, "base_field", field).flatchoices):
        return [words.get(each, each) for each in (value if isinstance(value, list) else [value])]
    if isinstance(field, models.DateTimeField):
        return date_format(timezone.localtime(field.to_python(value)), "DATETIME_FORMAT")
    return value


def _paired_parts(old: list[Content], new: list[Content], key: str | None) -> Iterator[tuple[Content, Content]]:
    """Pair old and new parts by position, or by their identifying field."""
    if key is None:
        for number in range(max(len(old), len(new))):
            yield (old[number] if number < len(old) else {}), (new[number] if number < len(new) else {})
        return
    was, is_now = ({part[key]: part for part in parts} for parts in (old, new))
    for each in dict.fromkeys([*is_now, *was]):
        yield was.get(each, {}), is_now.get(each, {})


def _first_words(model: type[models.Model], row: Content) -> list[str]:
    """Return the name of an added or removed part: its first text field."""
    words = (
        field.name for field in model._meta.concrete_fields if isinstance(field, models.CharField) and field.editable
    )
    return as_lines(next((row[name] for name in words if row.get(name)), None))


def _nameless(model: type[models.Model], name: str) -> bool:
    """Return whether a field is computed, such as a file size, and has no label."""
    try:
        field = model._meta.get_field(name)
    except LookupError:
        return False
    return not field.editable and field._verbose_name is None  # type: ignore[union-attr]


def _label(model: type[models.Model], name: str) -> str:
    try:
        return force_str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except LookupError:
        return name


def _fields_of(row: models.Model, without: frozenset[str] = frozenset()) -> Content:
    """Return the stored fields of a row; for a translated field only its language columns."""
    hidden = UNVERSIONED_FIELDS | _translated(type(row)) | without
    content = {
        field.name: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in hidden
    }
    for relation in row._meta.many_to_many:
        content[_key(relation.name)] = sorted(getattr(row, relation.name).values_list("pk", flat=True))
    return content


def _key(name: str) -> str:
    """Return the key of a relation in `Content`. The suffix avoids a clash with `PARTS`; no field name ends with it."""
    return f"{name}_" if name == PARTS else name


def _translated(model: type[models.Model]) -> set[str]:
    try:
        return set(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        return set()


def _parent_of(model: type[models.Model], name: str) -> str:
    return model._meta.get_field(name).field.name  # type: ignore[union-attr]
