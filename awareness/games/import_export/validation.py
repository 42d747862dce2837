"""Validation of game documents. Problems have a path such as `scenes[2].choices[0].to`."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from awareness.games.content_data import RESERVED_SLUGS, Content, complete_content, lists_of
from awareness.games.fields import Field, Row, Rows
from awareness.games.import_export.schema import place_of, schema_of, schema_problems
from awareness.games.kinds.base import repeated
from awareness.games.kinds.registry import GAME_KINDS
from awareness.publishing.next_steps import KINDS_WITHOUT_RECORD, NextKind
from clicksafely.common.report_registry import report_categories


class DocumentProblem(NamedTuple):
    """An error in a document. `place` is empty for the whole document."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" if self.place else self.what


@dataclass(frozen=True)
class KeyProblem:
    """A key that occurs twice in its list, or that names no row of the list `missing_in`."""

    path: tuple[str | int, ...]
    key: str
    missing_in: Rows | None = None


def read_json(data: bytes) -> tuple[Any, list[DocumentProblem]]:
    """Return the parsed document, or the reason why it cannot be parsed."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse), []
    except UnicodeDecodeError as error:
        return None, [DocumentProblem(f"byte {error.start}", "not UTF-8")]
    except json.JSONDecodeError as error:
        return None, [DocumentProblem(f"line {error.lineno}, column {error.colno}", error.msg)]
    except (ValueError, RecursionError) as error:
        return None, [DocumentProblem("", f"not JSON: {error}")]


def document_problems(document: Any, topics: Collection[str]) -> list[DocumentProblem]:
    """Return all problems of a document. `topics` are the existing slugs."""
    kind = document.get("kind") if isinstance(document, dict) else None
    if not isinstance(kind, str) or kind not in GAME_KINDS:
        return [DocumentProblem("kind", f"must be one of {', '.join(GAME_KINDS)}")]
    if found := schema_problems(schema_of(kind), document):
        return [DocumentProblem(*each) for each in found]
    content = complete_content(kind, document)
    return [
        *_of_frame(document, topics),
        *(DocumentProblem(place_of(each.path), _message(each)) for each in key_problems(kind, content)),
        *(DocumentProblem(*each) for each in GAME_KINDS[kind].problems(content)),
    ]


def key_problems(kind: str, content: Content) -> Iterator[KeyProblem]:
    """Yield repeated keys of all lists, then references to rows that do not exist."""
    for rows in lists_of(kind):
        yield from _repeated_keys(rows, content[rows.name], (rows.name,))
    for rows in lists_of(kind):
        yield from _missing_keys(kind, content, rows, content[rows.name], (rows.name,))


def _repeated_keys(rows: Rows, values: list[Row], path: tuple[str | int, ...]) -> Iterator[KeyProblem]:
    seen: set[str] = set()
    for number, row in enumerate(values):
        if (key := row.get("key")) in seen:
            yield KeyProblem((*path, number, "key"), str(key))
        elif key:
            seen.add(key)
        for each in rows.lists:
            yield from _repeated_keys(each, row[each.name], (*path, number, each.name))


def _missing_keys(
    kind: str, content: Content, rows: Rows, values: list[Row], path: tuple[str | int, ...]
) -> Iterator[KeyProblem]:
    for number, row in enumerate(values):
        for field in rows.fields:
            yield from _missing_of(kind, content, field, row, (*path, number, field.name))
        for each in rows.lists:
            yield from _missing_keys(kind, content, each, row[each.name], (*path, number, each.name))


def _missing_of(
    kind: str, content: Content, field: Field, row: Row, path: tuple[str | int, ...]
) -> Iterator[KeyProblem]:
    if field.refers:
        existing_keys = {each["key"] for each in content[field.refers]}
        target = next(each for each in lists_of(kind) if each.name == field.refers)
        for key in field.keys(row[field.name]):
            if key not in existing_keys:
                yield KeyProblem(path, key, target)


def _message(problem: KeyProblem) -> str:
    if problem.missing_in:
        return f"there is no {problem.missing_in.one} {problem.key}"
    return f"duplicate value {problem.key}"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _of_frame(document: Mapping[str, Any], topics: Collection[str]) -> Iterator[DocumentProblem]:
    if document["slug"] in RESERVED_SLUGS:
        yield DocumentProblem("slug", "belongs to another page")
    for number, slug in enumerate(document["topics"]):
        if slug not in topics:
            yield DocumentProblem(f"topics[{number}]", f"there is no topic {slug}")
    for each in repeated(document["topics"], "topics[{}]"):
        yield DocumentProblem(*each)
    for number, step in enumerate(document.get("next", [])):
        place = f"next[{number}].slug"
        if step["kind"] == NextKind.REPORT and step["slug"] not in {"", *report_categories()}:
            yield DocumentProblem(place, f"must be empty or one of {', '.join(report_categories())}")
        elif step["kind"] == NextKind.HELP and step["slug"]:
            yield DocumentProblem(place, "help has no address of its own")
        elif step["kind"] not in KINDS_WITHOUT_RECORD and not step["slug"]:
            yield DocumentProblem(place, "is missing")
