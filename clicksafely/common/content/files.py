"""Reads content files (YAML and JSON) with the line number of each value."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings

SUFFIXES: Final = frozenset({".yaml", ".json"})
_STEP: Final = re.compile(r"[^.\[\]]+")

type Place = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """An error in a content file; `line` counts from 1."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        path = self.path
        if path.is_relative_to(settings.BASE_DIR):
            path = path.relative_to(settings.BASE_DIR)
        return f"{path}:{self.line}: {self.message}"


class ContentError(Exception):
    """Content files have errors; nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Document:
    """A content file. `data` is its content, `node` its syntax tree."""

    path: Path
    data: Any
    node: yaml.Node

    @cached_property
    def _lines(self) -> Mapping[Place, int]:
        return dict(_lines_of(self.node, ()))

    def problem(self, place: Place, message: str) -> Problem:
        """Return a problem at a place such as `("answers", 0, "title_sr")`, or at its nearest ancestor in the file."""
        while place not in self._lines:
            place = place[:-1]
        return Problem(self.path, self._lines[place], message)


def read_document(path: Path) -> Document:
    """Read a file. Raises ContentError for a missing file, a syntax error or a key that occurs twice."""
    try:
        text = path.read_text("utf-8")
        data = json.loads(text) if path.suffix == ".json" else None
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise ContentError([Problem(path, 1, "the file is empty")])
        data = loader.construct_document(node) if data is None else data
    except OSError as error:
        raise ContentError([Problem(path, 1, str(error.strerror))]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ContentError([Problem(path, line, "not UTF-8")]) from error
    except json.JSONDecodeError as error:
        raise ContentError([Problem(path, error.lineno, error.msg)]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError([Problem(path, line, error.problem or "not YAML")]) from error
    except yaml.YAMLError as error:
        raise ContentError([Problem(path, 1, str(error))]) from error
    if problems := [Problem(path, line, f"the key {key!r} occurs twice") for key, line in _repeated_keys(node)]:
        raise ContentError(problems)
    return Document(path, data, node)


def parse_place(text: str) -> Place:
    """Parse `scenes[2].choices[0].to` as `("scenes", 2, "choices", 0, "to")`."""
    return tuple(int(step) if step.isdecimal() else step for step in _STEP.findall(text))


def _lines_of(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines_of(value, (*place, key.value))
            # Not the line of the value, which is one later for a block.
            yield (*place, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines_of(value, (*place, number))


def _repeated_keys(node: yaml.Node) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated_keys(value)
