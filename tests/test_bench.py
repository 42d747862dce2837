"""The benchmarks use the portal and its development servers, and nothing of the tests."""

import ast
import tomllib
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parent.parent / "bench"

pytestmark = pytest.mark.texts


def imported_modules(path: Path) -> set[str]:
    """Return the first names of the modules that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {
        name.partition(".")[0]
        for name in names | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    }


def test_bench_imports_nothing_from_tests() -> None:
    modules = list(BENCH.rglob("*.py"))
    assert len(modules) > 20
    assert [str(path.relative_to(BENCH)) for path in modules if "tests" in imported_modules(path)] == []


def test_an_import_is_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("def measure():\n    from tests.live_portal import Site\n    import os.path\n")
    assert imported_modules(module) == {"tests", "os"}


def test_types_of_benchmarks_and_scripts_are_checked() -> None:
    settings = tomllib.loads((BENCH.parent / "pyproject.toml").read_text())["tool"]["mypy"]
    assert settings["strict"]
    assert {"bench", "bin"} <= set(settings["packages"])
