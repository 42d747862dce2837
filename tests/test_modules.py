"""Rules for every module of the project."""

from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent
MAX_LINES = 600

pytestmark = pytest.mark.texts


def test_no_module_is_too_long() -> None:
    modules = [
        path
        for name in ("clicksafely", "awareness", "hotline", "youthpanel")
        for path in (BASE_DIR / name).rglob("*.py")
    ]
    lines = {path: len(path.read_text().splitlines()) for path in modules if path.parent.name != "migrations"}
    assert len(lines) > 100
    assert {str(path.relative_to(BASE_DIR)): count for path, count in lines.items() if count > MAX_LINES} == {}
