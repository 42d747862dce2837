"""docs/architecture.md names existing files, functions and packages, and short paths to them; no module is too long."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from statistics import median

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent
TEXT = (BASE_DIR / "docs" / "architecture.md").read_text()
APPS = ("clicksafely", "hotline", "awareness", "youthpanel")
MAX_FILES = 4
MAX_LINES = 600
MAX_FILES_MEDIAN = 3
_STEP = re.compile(r"`([^`:]+)(?::([^`]+))?`")
_JS_NAME = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", re.MULTILINE)

Rows = dict[str, list[tuple[str, str]]]

pytestmark = pytest.mark.texts


def section(title: str) -> str:
    """Return the text under a heading of the second level."""
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def read_rows(text: str) -> Rows:
    """Return the steps of each row of a table as (path, name), by the text of the first column."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {first: _STEP.findall(second) for first, second in lines[1:]}


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the names defined by a module: functions, classes, `Class.method` and assigned names; of a script its top-level names."""
    if path.suffix == ".js":
        return frozenset(_JS_NAME.findall(path.read_text()))
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        match node:
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name, body=body):
                found |= {name} | {f"{name}.{each.name}" for each in body if isinstance(each, ast.FunctionDef)}
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return frozenset(found)


def problems(rows: Rows) -> list[str]:
    """Return the errors of the table."""
    found = []
    counts = []
    for behaviour, steps in rows.items():
        if not steps:
            found.append(f"{behaviour}: names no file")
        for file, name in steps:
            path = BASE_DIR / file
            if not path.is_file():
                found.append(f"{behaviour}: no file {file}")
            elif name and name not in names_in(path):
                found.append(f"{behaviour}: no {name} in {file}")
        counts.append(len({file for file, _name in steps}))
        if counts[-1] > MAX_FILES:
            found.append(f"{behaviour}: {counts[-1]} files")
    if counts and median(counts) > MAX_FILES_MEDIAN:
        found.append(f"median of {median(counts)} files")
    return found


def test_every_way_is_short_and_exists() -> None:
    rows = read_rows(section("Where to find it"))
    assert len(rows) >= 24
    assert problems(rows) == []


@pytest.mark.parametrize("title", ["The life of a report", "The life of a public page"])
def test_every_step_refers_to_existing_names(title: str) -> None:
    steps = [line for line in re.split(r"\n(?=\d+\. )", section(title)) if re.match(r"\d+\. ", line)]
    named = {
        line.split(".")[0]: [(file, name) for file, name in _STEP.findall(line) if "." in file or name]
        for line in steps
    }
    assert len(steps) >= 8
    assert [
        (number, file, name)
        for number, found in named.items()
        for file, name in found
        if not (BASE_DIR / file).is_file() or (name and name not in names_in(BASE_DIR / file))
    ] == []


def test_packages_are_those_of_the_tree() -> None:
    rows = read_rows(section("Packages"))
    named = {
        file
        for file, _name in _STEP.findall("\n".join(line.split(" | ")[0] for line in section("Packages").splitlines()))
    }
    packages = {f"{app}/" for app in APPS} | {
        f"{path.parent.relative_to(BASE_DIR)}/"
        for app in APPS
        for path in BASE_DIR.glob(f"{app}/*/__init__.py")
        if path.parent.name not in {"management", "migrations", "templatetags"}
    }
    assert {name for name in named if name.endswith("/")} == packages
    below = [(first.strip("`"), part) for first, parts in rows.items() for part, _name in parts if part.endswith("/")]
    assert [f"{folder}{part}" for folder, part in below if not (BASE_DIR / folder / part).is_dir()] == []


def test_import_layers_are_those_of_the_contracts() -> None:
    contracts = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    lines = []
    for contract in contracts:
        if contract["type"] == "layers":
            root = contract["layers"][-1].split(" | ")[0].rpartition(".")[0]
            layers = " > ".join(contract["layers"]).replace(f"{root}.", "")
            lines.append(f"{'project' if root == 'clicksafely' else root}: {layers}")
    assert section("Packages").partition("```text\n")[2].partition("\n```")[0].splitlines() == lines


def test_no_module_is_too_long() -> None:
    modules = [path for app in APPS for path in (BASE_DIR / app).rglob("*.py") if path.parent.name != "migrations"]
    lines = {str(path.relative_to(BASE_DIR)): len(path.read_text().splitlines()) for path in modules}
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}
