"""Days are days of the portal's time zone: `.date()` of a time in UTC gives the day before during the first hours of a day."""

import ast
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.texts

BASE_DIR = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("awareness", "clicksafely", "hotline", "youthpanel")
# {module: why it needs the day in UTC}
IN_UTC: Final = {"clicksafely/common/http/client_id.py": "a salt for each day, which no one reads"}


def is_utc(value: ast.expr) -> bool:
    """Whether an expression is `now`, `*_at` or `timezone.now()`, with or without a difference."""
    match value:
        case ast.BinOp(left=left):
            return is_utc(left)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name == "now" or name.endswith("_at")
        case ast.Call(func=ast.Attribute(attr="now", value=ast.Name(id="timezone")), args=[]):
            return True
    return False


def days_in_utc(tree: ast.Module) -> list[int]:
    """Return the lines that take the day of a time in UTC."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and is_utc(node.func.value)
    ]


@pytest.mark.parametrize(
    "line", ["now.date()", "(now - YEAR).date()", "edition.issued_at.date()", "timezone.now().date()"]
)
def test_a_day_in_utc_is_found(line: str) -> None:
    assert days_in_utc(ast.parse(line)) == [1]


@pytest.mark.parametrize(
    "line", ["localdate(now)", "now.astimezone(zone).date()", "begins.date()", "localdate(now) - YEAR"]
)
def test_a_local_day_is_allowed(line: str) -> None:
    assert not days_in_utc(ast.parse(line))


def test_no_module_takes_the_day_of_a_time_in_utc() -> None:
    found = {
        path.relative_to(BASE_DIR).as_posix(): lines
        for package in PACKAGES
        for path in sorted((BASE_DIR / package).rglob("*.py"))
        if (lines := days_in_utc(ast.parse(path.read_text())))
    }
    assert found.keys() == IN_UTC.keys(), found
