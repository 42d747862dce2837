"""Tests that measure time or memory are marked `timing`, so that `make test` does not depend on the load of the machine."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time"}
METERS = {"getrusage", "get_traced_memory"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_measurement(node: ast.AST) -> bool:
    """Whether it is the time since an earlier reading of a clock, `elapsed` of a response, or memory or CPU time used so far."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        return isinstance(node.left, ast.Call) and called_name(node.left) in CLOCKS
    if isinstance(node, ast.Call):
        return called_name(node) in METERS
    return isinstance(node, ast.Attribute) and node.attr == "elapsed"


def called_name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_marked(node: ast.Module | ast.ClassDef | Function) -> bool:
    """Whether a decorator, or `pytestmark` of the class or module, marks it as `timing`."""
    marks = list(getattr(node, "decorator_list", ()))
    if not isinstance(node, Function):
        marks += [
            each.value
            for each in node.body
            if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "pytestmark"
        ]
    return any("mark.timing" in ast.unparse(mark) for mark in marks)


def unmarked_tests(node: ast.Module | ast.ClassDef) -> Iterator[Function]:
    """Yield the tests in a module or class without the mark."""
    if is_marked(node):
        return
    for each in node.body:
        if isinstance(each, ast.ClassDef):
            yield from unmarked_tests(each)
        elif isinstance(each, Function) and each.name.startswith("test_") and not is_marked(each):
            yield each


def unmarked_measurements(source: str) -> list[str]:
    """Return the unmarked tests of a module that measure, by themselves, by `tests.timing`, or by a function of the module."""
    tree = ast.parse(source)
    helpers = [each for each in ast.walk(tree) if isinstance(each, Function) and not each.name.startswith("test_")]
    measuring = {
        alias.asname or alias.name
        for each in ast.walk(tree)
        if isinstance(each, ast.ImportFrom) and each.module == "tests.timing"
        for alias in each.names
    }

    def measures(function: Function) -> bool:
        return any(
            is_measurement(each)
            or (isinstance(each, ast.Call) and called_name(each) in measuring)
            or (isinstance(each, ast.Name) and each.id in measuring)
            for each in ast.walk(function)
        )

    while new := {each.name for each in helpers if measures(each)} - measuring:
        measuring |= new
    return [test.name for test in unmarked_tests(tree) if measures(test)]


def test_every_test_that_measures_is_marked() -> None:
    modules = {str(path.relative_to(TESTS)): path.read_text() for path in TESTS.rglob("test_*.py")}
    assert len(modules) > 300
    found = {name: unmarked for name, source in modules.items() if (unmarked := unmarked_measurements(source))}
    assert found == {}


HELPER = """
def taken():
    began = time.monotonic()
    return time.monotonic() - began
"""


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def test_it():\n    assert time.process_time() - began < 2", True),
        ("class TestIt:\n    def test_it(self):\n        took.append(perf_counter() - began)", True),
        ("def test_it():\n    assert client.get('/').elapsed < limit", True),
        (f"{HELPER}\ndef test_it():\n    assert taken() < 1", True),
        (f"{HELPER}\ndef test_it():\n    assert pool.submit(taken).result() < 1", True),
        (f"{HELPER}\ndef other():\n    return taken()\n\ndef test_it():\n    assert other() < 1", True),
        ("from tests.timing import seconds\n\ndef test_it():\n    assert seconds(read, long) < 3", True),
        ("@pytest.mark.timing\ndef test_it():\n    assert time.process_time() - began < 2", False),
        (
            "@pytest.mark.timing\nclass TestIt:\n    def test_it(self):\n        assert time.monotonic() - began < 2",
            False,
        ),
        ("pytestmark = [pytest.mark.timing]\n\ndef test_it():\n    assert time.monotonic() - began < 2", False),
        ("def test_it():\n    deadline = time.monotonic() + 60", False),
        (f"{HELPER}\ndef test_it():\n    assert answer.seconds == 5", False),
    ],
)
def test_a_measurement_is_found(source: str, found: bool) -> None:
    assert unmarked_measurements(source) == (["test_it"] if found else [])
