"""Docstrings of the product begin with their subject, and name only classes, functions, fields and modules that exist."""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import django.core.exceptions
import django.db
import django.db.models
import django.http
import django.urls
import pytest

pytestmark = pytest.mark.texts

BASE_DIR = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("awareness", "clicksafely", "hotline", "youthpanel", "bench", "bin")
HEADLESS: Final = re.compile(r"(What|Who|Whom|Whose|How|Where|When|That|Why|Which|Whatever|Whoever)\b")
RAISED: Final = re.compile(r"\bRaises? ([^.:;]*)")
# A class name: capitals inside abbreviations and settings (URL, MAX_DEPTH) are none.
CLASS_NAME: Final = re.compile(r"\b(?:\w+\.)*([A-Z]\w*[a-z]\w*[A-Z]\w*)\b")
# A name of Python in backticks: with an underscore, a capital inside or a dot between names. Other things in backticks are values.
PYTHON_NAME: Final = re.compile(
    r"(?:[a-z]\w*\.)*(?:[a-z]\w*_\w+|_\w+|[A-Z]\w*[a-z]\w*[A-Z]\w*|[A-Z]+_[A-Z_]+)(?:\(\))?"
)
LIBRARIES: Final = (builtins, django.core.exceptions, django.db, django.db.models, django.http, django.urls)
# Values and functions of other programs, and a column that only PostgreSQL knows.
FOREIGN: Final = {"NaN", "websearch_to_tsquery", "folded_title", "RunPython", "prometheus_client", "generate_latest"}

type Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@cache
def trees() -> dict[Path, ast.Module]:
    """The modules of the product by path from the base folder."""
    files = (path for name in PACKAGES for path in sorted((BASE_DIR / name).rglob("*.py")))
    return {
        path.relative_to(BASE_DIR): ast.parse(path.read_text()) for path in files if path.parent.name != "migrations"
    }


def docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, Documented.__value__) and (text := ast.get_docstring(node)):
            yield text


@cache
def known_names() -> frozenset[str]:
    """Every name in the code of the product, and of the libraries that it imports."""
    names = {name for module in LIBRARIES for name in dir(module)} | FOREIGN
    for path, tree in trees().items():
        names |= {*path.parts, path.stem}
        for node in ast.walk(tree):
            names |= names_of(node)
    return frozenset(names)


def names_of(node: ast.AST) -> set[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.alias(name=name, asname=None):
            return set(name.split("."))
        case ast.alias(name=name, asname=str(alias)):
            return {*name.split("."), alias}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.keyword(arg=str(name)):
            return {name}
        # Settings, context variables, columns in SQL. Not docstrings, which may name what is gone.
        case ast.Constant(value=str(text)) if "`" not in text and len(text) < 400:
            return set(re.findall(r"\w+", text))
    return set()


def unknown_names(text: str) -> list[str]:
    raised = [name for clause in RAISED.findall(text) for name in CLASS_NAME.findall(clause)]
    quoted = [name.removesuffix("()") for name in re.findall(r"`([^`\n]+)`", text) if PYTHON_NAME.fullmatch(name)]
    return [name for name in raised + quoted if not known_names().issuperset(name.split("."))]


def test_docstrings_begin_with_their_subject() -> None:
    read = [(str(path), text) for path, tree in trees().items() for text in docstrings(tree)]
    assert len(read) > 5000
    assert [(path, text) for path, text in read if HEADLESS.match(text)] == []


def test_docstrings_refer_to_existing_names() -> None:
    assert [
        (str(path), name) for path, tree in trees().items() for text in docstrings(tree) for name in unknown_names(text)
    ] == []


def test_a_name_that_does_not_exist_is_found() -> None:
    assert unknown_names("Send it. Raises GoneForever, or ValueError.") == ["GoneForever"]
    assert unknown_names("Calls `long_gone()` of `clicksafely.common` and `trees_of.GoneForever`.") == [
        "long_gone",
        "trees_of.GoneForever",
    ]
    assert unknown_names("Raises MAX_DEPTH times an ICCAM error with `a value` and `INSTALLED_APPS`.") == []
