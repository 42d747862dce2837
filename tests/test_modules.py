"""Rules for every module of the project: none is too long, and none is a fragment of another."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent
MAX_LINES = 600
PRODUCT: Final = ("clicksafely", "awareness", "hotline", "youthpanel")
# Programs beside the product that import it.
TOOLS: Final = ("bench", "bin")
# A shorter module with one importer is a fragment of it.
MIN_LINES: Final = 60
# Names by which Django finds a module or knows its kind, and those that several apps give to modules with one task.
KNOWN_NAME: Final = re.compile(
    r"__init__|__main__|admin|apps|checks|feeds|models|services|selectors|signals|site|sitemaps|tasks"
    r"|content|editor_hints|search_index|structured_data"
    r"|(\w+_)?(forms|urls|views)(_\w+)?"
)
# Folders whose modules Django finds by name, or that have one module for each model or kind.
KNOWN_FOLDERS: Final = {"commands", "kinds", "migrations", "models", "templatetags"}
# Each with the reason.
SEPARATE: Final = {
    "awareness.publishing.source_checks": "a staff page: its importer is a URL module, and the app has no other views for staff",
}
DOTTED_NAME: Final = re.compile(r"[a-z]\w*(\.\w+)+")

pytestmark = pytest.mark.texts


def test_no_module_is_too_long() -> None:
    modules = [path for name in PRODUCT for path in (BASE_DIR / name).rglob("*.py")]
    lines = {path: len(path.read_text().splitlines()) for path in modules if path.parent.name != "migrations"}
    assert len(lines) > 100
    assert {str(path.relative_to(BASE_DIR)): count for path, count in lines.items() if count > MAX_LINES} == {}


def module_name(path: str) -> str:
    """Return the dotted name of a path from the base folder."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported_names(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted names that a module imports: a module, or something in one."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)


def quoted_names(tree: ast.Module) -> Iterator[str]:
    """Yield the strings of a module that look like dotted names. Django, a confined process or a registry loads what they name."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if DOTTED_NAME.fullmatch(text):
                yield text


def find_module(name: str, modules: Collection[str]) -> str:
    """Return the module that has this dotted name or contains it; empty if it is none of `modules`."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name


def fragments(sources: Mapping[str, str]) -> dict[str, str]:
    """Return the importer of each fragment: a short module without a known name that only one other module imports, and no string names.

    `sources` has the text of each module by its path from the base folder.
    """
    importers: dict[str, set[str]] = {module_name(path): set() for path in sources}
    quoted: set[str] = set()
    for path, source in sources.items():
        tree, importer = ast.parse(source), module_name(path)
        for name in imported_names(tree):
            importers.get(find_module(name, importers), set()).add(importer)
        quoted |= {find_module(name, importers) for name in quoted_names(tree)}
    found = {}
    for path, source in sources.items():
        *_, folder, file = path.split("/")
        module = module_name(path)
        is_known = KNOWN_NAME.fullmatch(file.removesuffix(".py")) or folder in KNOWN_FOLDERS or module in quoted
        if path.startswith(PRODUCT) and not is_known and len(source.splitlines()) < MIN_LINES:
            match list(importers[module] - {module}):
                case [importer]:
                    found[module] = importer
    return found


def test_no_module_is_a_fragment() -> None:
    sources = {
        path.relative_to(BASE_DIR).as_posix(): path.read_text()
        for name in (*PRODUCT, *TOOLS)
        for path in sorted((BASE_DIR / name).rglob("*.py"))
    }
    assert len(sources) > 100
    found = fragments(sources)
    assert [
        f"{module} has under {MIN_LINES} lines, and only {importer} imports it: merge them"
        for module, importer in found.items()
        if module not in SEPARATE
    ] == []
    assert [module for module in SEPARATE if module not in found] == []


SHORT = "VALUE = 1\n"
LONG = SHORT * MIN_LINES


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ({"hotline/part.py": SHORT, "hotline/whole.py": "from hotline.part import VALUE"}, True),
        ({"hotline/part.py": SHORT, "hotline/whole.py": "from hotline import part"}, True),
        ({"hotline/part.py": SHORT, "hotline/whole.py": "def read():\n    import hotline.part"}, True),
        ({"hotline/part.py": SHORT, "hotline/whole.py": "NAMED = 'hotline.part.VALUE'"}, False),
        ({"hotline/part.py": LONG, "hotline/whole.py": "from hotline import part"}, False),
        ({"hotline/part.py": SHORT, "hotline/whole.py": "PART = 'a part'"}, False),
        (
            {
                "hotline/part.py": SHORT,
                "hotline/whole.py": "from hotline import part",
                "clicksafely/settings.py": "NAMED = 'hotline.part.VALUE'",
            },
            False,
        ),
        (
            {
                "hotline/part.py": SHORT,
                "hotline/whole.py": "from hotline.part import VALUE",
                "bench/speed.py": "from hotline import part",
            },
            False,
        ),
    ],
)
def test_a_fragment_is_found(sources: dict[str, str], found: bool) -> None:
    assert fragments(sources) == ({"hotline.part": "hotline.whole"} if found else {})


@pytest.mark.parametrize(
    "path", ["hotline/staff_views.py", "hotline/urls_public.py", "hotline/content.py", "hotline/models/part.py"]
)
def test_a_known_name_is_no_fragment(path: str) -> None:
    assert fragments({path: SHORT, "hotline/whole.py": f"import {module_name(path)}"}) == {}
