"""SECURITY.md is accurate: every named test exists in the named run, and every threat has a test."""

import re
from pathlib import Path

import pytest

from tests.security_document import COLLECTED, TABLE, named_command

BASE_DIR = Path(__file__).resolve().parents[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+)(?:::(\w+))?)?`", TABLE)
ROWS = [line for line in TABLE.partition("| threat |")[2].splitlines() if line.startswith("| ")]


def test_every_test_is_there() -> None:
    missing = []
    for path, outer, inner in NAMED:
        file = BASE_DIR / path
        text = file.read_text() if file.exists() else ""
        if not file.exists() or (outer and not re.search(rf"^(?:class|(?:async )?def) {outer}\b", text, re.MULTILINE)):
            missing.append((path, outer))
        elif inner and not re.search(
            rf"^    (?:async )?def {inner}\b", text.partition(f"class {outer}")[2], re.MULTILINE
        ):
            missing.append((path, outer, inner))
    assert missing == []


def test_the_document_names_the_command_that_runs_each(pytestconfig: pytest.Config) -> None:
    """All of the collected ones."""
    collected = pytestconfig.stash[COLLECTED]
    assert {test: command for test, command in collected.items() if command != named_command(test)} == {}


def test_every_threat_has_its_place_and_its_test() -> None:
    assert len(ROWS) > 40
    assert [row for row in ROWS if row.count("|") != 5 or not re.search(r"`tests/", row.split("|")[4])] == []


def test_every_file_of_these_is_named() -> None:
    here = {f"tests/security/{path.name}" for path in Path(__file__).parent.glob("test_*.py")}
    assert here - {path for path, _outer, _inner in NAMED} == set()
