"""`make nightly` goes on after a failed part, continues an interrupted run, and treats a part that did not run as failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "bin" / "nightly.py"
# A replacement for make: records its targets, fails in `timing`, cannot run `fresh`.
MAKE = """#!/bin/sh
echo "$2" >>"$VAR_DIR/made"
case "$2" in
timing) echo "FAILED tests/test_it.py::test_red - AssertionError"; exit "${TIMING:-2}" ;;
fresh)
    echo "machine: second start   11.0 s   bar 10 s: MISSED"
    [ -z "$OBSTACLE" ] || echo "NOT RUN: image: no root"
    ;;
test) echo "FLAKY tests/test_it.py::test_now_and_then" ;;
esac
"""


@pytest.fixture
def make(tmp_path: Path) -> Path:
    path = tmp_path / "make"
    path.write_text(MAKE)
    path.chmod(0o755)
    return path


def run(make: Path, *parts: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(make), *parts],
        env=os.environ | {"VAR_DIR": str(make.parent)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def made_targets(make: Path) -> list[str]:
    path = make.parent / "made"
    targets = path.read_text().split() if path.exists() else []
    path.unlink(missing_ok=True)
    return targets


def test_a_failed_part_is_listed_and_the_others_run(make: Path) -> None:
    result = run(make)
    assert result.returncode == 1
    assert made_targets(make) == ["test-slow", "timing", "fresh", "test", *["flaky"] * 5]
    table = (make.parent / "nightly.md").read_text()
    assert "| test-slow | passed |" in table
    assert "| timing | FAILED, exit code 2 |" in table
    assert "- FAILED tests/test_it.py::test_red - AssertionError" in table


def test_a_later_run_repeats_only_the_parts_that_did_not_pass(make: Path) -> None:
    run(make, "test-slow", "timing")
    assert made_targets(make) == ["test-slow", "timing"]
    assert "| flaky-1 | NOT RUN |" in (make.parent / "nightly.md").read_text()
    result = run(make, TIMING="0")
    assert made_targets(make) == ["timing", "fresh", "test", *["flaky"] * 5]
    assert result.returncode == 0, result.stdout
    run(make, "fresh", ANEW="1")
    assert made_targets(make) == ["fresh"]


def test_a_part_that_cannot_run_here_is_a_failure(make: Path) -> None:
    result = run(make, OBSTACLE="1", TIMING="0")
    assert result.returncode == 1
    assert "| fresh | NOT RUN |" in result.stdout
    assert "- NOT RUN: image: no root" in result.stdout


def test_a_missed_bar_is_listed_and_no_failure(make: Path) -> None:
    run(make, "fresh")
    table = (make.parent / "nightly.md").read_text()
    assert "| fresh | passed |" in table
    assert "- machine: second start   11.0 s   bar 10 s: MISSED" in table


def test_a_flaky_test_of_a_part_that_passed_is_listed(make: Path) -> None:
    run(make, "year-ahead")
    table = (make.parent / "nightly.md").read_text()
    assert "| year-ahead | passed |" in table
    assert "- FLAKY tests/test_it.py::test_now_and_then" in table


def test_an_unknown_part_is_named(make: Path) -> None:
    result = run(make, "slow")
    assert (result.returncode, made_targets(make)) == (2, [])
    assert "not slow" in result.stderr
