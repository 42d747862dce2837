"""Schemas of content files: JSON Schema 2020-12, written in YAML next to the files."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.conf import settings

from clicksafely.common.content.files import SUFFIXES, ContentError, Document, Place, Problem, read_document

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

MAX_MESSAGE_LENGTH: Final = 160


def content_files(folder: Path) -> list[Path]:
    """Return the content files of a folder and its subfolders, by name; `folder` may also be one file."""
    found = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    return [path for path in found if path.suffix in SUFFIXES and not path.stem.endswith("schema")]


def read_checked(paths: list[Path]) -> list[Document]:
    """Read files and validate them against their schemas. Raises ContentError with all problems of all files.

    `help_lines.schema.yaml` describes `help_lines.yaml`. `schema.yaml` describes each other file of its folder.
    """
    documents, problems = [], list[Problem]()
    for path in paths:
        try:
            document = read_document(path)
        except ContentError as error:
            problems += error.problems
        else:
            problems += _problems_of(document)
            documents.append(document)
    if problems:
        raise ContentError(problems)
    return documents


def demo_files() -> list[Path]:
    """Return the content files of the demonstrations of all apps."""
    packages = dict.fromkeys(config.name.partition(".")[0] for config in apps.get_app_configs())
    return [path for package in packages for path in content_files(settings.BASE_DIR / package / "demo")]


def read_data(path: Path) -> Any:
    """Return the data of one validated file. Raises ContentError."""
    return read_checked([path])[0].data


def find_problems(*paths: Path) -> Iterator[str]:
    """Yield the problems of files, for a system check: each with the file and the line."""
    try:
        read_checked(list(paths))
    except ContentError as error:
        yield from map(str, error.problems)


def _problems_of(document: Document) -> Iterator[Problem]:
    own = document.path.with_name(f"{document.path.stem}.schema.yaml")
    path = own if own.exists() else document.path.with_name("schema.yaml")
    if not path.exists():
        yield document.problem((), "the file has no schema")
        return
    validator = _validator(path)
    for error in validator.iter_errors(document.data):
        for place, message in error_places(error):
            yield document.problem(place, message)


def error_places(error: "ValidationError") -> Iterator[tuple[Place, str]]:
    """Yield the place and the message of an error; an unknown key is a place of its own."""
    place = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        schema: Any = error.schema
        instance: Any = error.instance
        unknown = [key for key in instance if key not in schema["properties"]]
        yield from (((*place, key), f"unknown key {key!r}") for key in unknown)
    elif len(error.message) > MAX_MESSAGE_LENGTH:
        yield place, f"{error.validator!s} is violated: {error.validator_value!r}"
    else:
        yield place, error.message


@cache
def _validator(path: Path) -> "Draft202012Validator":
    schema = read_document(path).data
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - web processes do not need it

    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
