"""Days are days of the portal's time zone. In UTC the day before continues for the first hour of a day, in summer for two hours."""

import ast
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.texts

BASE_DIR = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("awareness", "clicksafely", "hotline", "youthpanel")
# {module: why it needs the day in UTC}
IN_UTC: Final = {
    "clicksafely/common/http/client_id.py": "a secret for each day, which is not shown",
    "hotline/intake/api/request_checks.py": "limits for each hour in UTC, as docs/partner-api.md says",
}
# Parts of a format that depend on the day.
DAY_CODES: Final = ("%Y", "%m", "%d", "%j", "%x", "%c")


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


def takes_a_day(node: ast.AST) -> bool:
    """Whether a node takes the day of a time in UTC, by `.date()` or by the format of a text that does not name UTC."""
    match node:
        case ast.Call(func=ast.Attribute(attr="date", value=value)):
            return is_utc(value)
        case ast.JoinedStr(values=parts):
            texts = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
            return not any(" UTC" in text for text in texts) and any(
                isinstance(part, ast.FormattedValue)
                and is_utc(part.value)
                and part.format_spec is not None
                and any(code in ast.unparse(part.format_spec) for code in DAY_CODES)
                for part in parts
            )
    return False


def days_in_utc(tree: ast.Module) -> list[int]:
    """Return the lines that take the day of a time in UTC."""
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.expr) and takes_a_day(node)]


def test_no_module_takes_the_day_of_a_time_in_utc() -> None:
    found = {
        path.relative_to(BASE_DIR).as_posix(): lines
        for package in PACKAGES
        for path in sorted((BASE_DIR / package).rglob("*.py"))
        if (lines := days_in_utc(ast.parse(path.read_text())))
    }
    assert found.keys() == IN_UTC.keys(), found
