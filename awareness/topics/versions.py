"""What a public record said after each saving: kept as plain data, compared line by line, brought back.

One row holds a record together with its parts (the answers of a topic, the blocks of an article), because that is what an editor saves
and wants back. django-simple-history keeps a table a model, knows nothing of such wholes, and builds its tables before modeltranslation
adds the languages of a field.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from django.db import models
from django.utils.encoding import force_str
from modeltranslation.fields import TranslationField
from modeltranslation.translator import NotRegistered, translator

from awareness.topics.models import Version
from awareness.topics.publication import Publication

# What counts savings, what follows from dates, and the key of a preview say nothing about the text.
SILENT: Final = frozenset({"id", "revision", "changed_at", "preview_key"})
# Bringing a text back neither moves its page nor publishes it.
STAYING: Final = frozenset({"slug", "published_at", "withdrawn_at"})
_ENDS_LINE = re.compile(r"</(?:p|li|h[2-4]|blockquote)>|<(?:br|hr)\s*/?>")
_TAG = re.compile(r"<[^>]+>")

type Content = dict[str, Any]


def content_of(record: Publication) -> Content:
    """The fields of a record by name, the keys of what it refers to, and under "parts" the fields of its parts in their order."""
    content = _fields_of(record)
    content["parts"] = {
        name: [_fields_of(part, without={_parent_of(type(record), name)}) for part in getattr(record, name).all()]
        for name in record.written_parts
    }
    return content


def keep_version(record: Publication, *, author_id: int | None) -> None:
    """Write down what `record` says now; part of the transaction that saves it."""
    Version.objects.create(
        kind=record._meta.label_lower,
        object_id=record.pk,
        revision=record.revision,
        saved_at=record.changed_at,
        author_id=author_id,
        content=content_of(record),
    )


def versions_of(record: Publication) -> models.QuerySet[Version]:
    """Its versions, the latest first."""
    kept = Version.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    return kept.select_related("author").order_by("-revision")


def bring_back(record: Publication, content: Content) -> None:
    """Put what a version says into `record` and its parts. Address and dates stay; a field that the model no longer has is passed over."""
    for field in record._meta.concrete_fields:
        if field.name in content and field.name not in STAYING:
            setattr(record, field.attname, field.to_python(content[field.name]))


def bring_parts_back(record: Publication, content: Content) -> None:
    """The same for what hangs on the saved record: its parts are made anew, what it refers to is set."""
    for relation in record._meta.many_to_many:
        if relation.name in content:
            manager = getattr(record, relation.name)
            manager.set(manager.model._default_manager.filter(pk__in=content[relation.name]))
    for name in record.written_parts:
        manager = getattr(record, name)
        manager.all().delete()
        known = {field.name: field for field in manager.model._meta.concrete_fields}
        for part in content.get("parts", {}).get(name, []):
            values = {known[key].attname: known[key].to_python(value) for key, value in part.items() if key in known}
            manager.create(**values)


@dataclass(frozen=True)
class Difference:
    """A field that is not the same: what it is called, and its lines, each with "-", "+" or " " before it."""

    label: str
    lines: list[tuple[str, str]]


class Names:
    """What the rows that versions refer to are called; each is read once. A row that is gone is called by its key."""

    def __init__(self) -> None:
        self._known: dict[tuple[type[models.Model], Any], str] = {}

    def of(self, model: type[models.Model], key: Any) -> str:
        """The name of one row."""
        if (model, key) not in self._known:
            row = model._default_manager.filter(pk=key).first()
            self._known[model, key] = force_str(key) if row is None else str(row)
        return self._known[model, key]


def differences(
    model: type[Publication], before: Content, after: Content, names: Names | None = None
) -> list[Difference]:
    """What changed from one version to another, field by field in the order of the form, then part by part.

    Whoever compares many versions gives the same `names` to all.
    """
    found = []
    for label, old, new in _pairs(model, before, after, names or Names()):
        if old != new:
            lines = [(line[0], line[2:]) for line in difflib.ndiff(old, new) if line[0] != "?"]
            found.append(Difference(label, lines))
    return found


def as_lines(value: object) -> list[str]:
    """A value as lines of plain text; rich text breaks where its paragraphs do."""
    if value is None or value == "":
        return []
    if isinstance(value, list | tuple):
        return [line for item in value for line in as_lines(item)]
    text = _TAG.sub("", _ENDS_LINE.sub("\n", force_str(value)))
    return [line.strip() for line in unescape(text).splitlines() if line.strip()]


def _pairs(
    model: type[models.Model], before: Content, after: Content, names: Names
) -> Iterator[tuple[str, list[str], list[str]]]:
    for name in dict.fromkeys([*after, *before]):
        if name != "parts" and not _nameless(model, name):
            lines = [_said(model, name, content.get(name), names) for content in (before, after)]
            yield _label(model, name), lines[0], lines[1]
    parts_before, parts_after = before.get("parts", {}), after.get("parts", {})
    for name in dict.fromkeys([*parts_after, *parts_before]):
        part_model = model._meta.get_field(name).related_model
        old, new = parts_before.get(name, []), parts_after.get(name, [])
        for number in range(max(len(old), len(new))):
            first, second = (rows[number] if number < len(rows) else {} for rows in (old, new))
            for label, *lines in _pairs(part_model, first, second, names):  # type: ignore[arg-type]
                yield f"{part_model._meta.verbose_name} {number + 1}, {label}", lines[0], lines[1]  # type: ignore[union-attr]


def _said(model: type[models.Model], name: str, value: object, names: Names) -> list[str]:
    """A value as lines; what refers to other rows by their names."""
    try:
        field = model._meta.get_field(name)
    except LookupError:
        return as_lines(value)
    if not field.is_relation or value is None:
        return as_lines(value)
    keys = value if isinstance(value, list) else [value]
    return [names.of(field.related_model, key) for key in keys]  # type: ignore[arg-type]


def _nameless(model: type[models.Model], name: str) -> bool:
    """Whether a field follows from others, such as the size of a file: nobody fills it in, and it has no name for people."""
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


def _fields_of(row: models.Model, without: set[str] | None = None) -> Content:
    """Fields with a value of their own: of a translated field only its languages."""
    hidden = SILENT | _translated(type(row)) | (without or set())
    content = {
        field.name: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in hidden
    }
    for relation in row._meta.many_to_many:
        content[relation.name] = sorted(getattr(row, relation.name).values_list("pk", flat=True))
    return content


def _translated(model: type[models.Model]) -> set[str]:
    try:
        return set(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        return set()


def _parent_of(model: type[models.Model], name: str) -> str:
    return model._meta.get_field(name).field.name  # type: ignore[union-attr]


def is_language_of(field: "models.Field[Any, Any]") -> str:
    """The name of the field that this one is a language of; its own name where it is none."""
    return field.translated_field.name if isinstance(field, TranslationField) else field.name
