"""SECURITY.md is accurate: every named test exists in the named run, and every threat has a test."""

import re
from pathlib import Path

import pytest

from tests.security_document import COLLECTED, MAKE_TEST, TABLE, named_command

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


def test_the_closest_name_has_the_command_of_a_test() -> None:
    cases = {
        "tests/test_staff_access.py::test_every_address_is_declared": MAKE_TEST,
        "tests/deploy/test_units.py::test_no_part_logs_requests[web]": MAKE_TEST,
        "tests/deploy/test_units.py::test_a_release_prepares_and_checks_with_the_environment_of_the_units": "make test-slow",
        "tests/backup/test_restore.py::TestRefusals::test_cut_off[0]": MAKE_TEST,
        "tests/backup/test_restore.py::TestDrill::test_every_seal_opens": None,
        "tests/test_hanging_database.py::test_a_hanging_database_causes_no_long_wait": "make timing",
        "tests/test_site.py::test_x": None,
    }
    assert {test: named_command(test) for test in cases} == cases


def test_every_threat_has_its_place_and_its_test() -> None:
    assert len(ROWS) > 40
    assert [row for row in ROWS if row.count("|") != 5 or not re.search(r"`tests/", row.split("|")[4])] == []


def test_every_file_of_these_is_named() -> None:
    here = {f"tests/security/{path.name}" for path in Path(__file__).parent.glob("test_*.py")}
    assert here - {path for path, _outer, _inner in NAMED} == set()
