"""`make test` runs few failed tests once more; `make flaky` lists every test that failed in any order."""

import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(__file__).resolve().parent.parent / "bin"
PYTEST = [
    sys.executable,
    "-m",
    "pytest",
    "-c",
    "/dev/null",
    "--rootdir",
    ".",
    "-p",
    "no:django",
    "-n",
    "2",
    "test_it.py",
]
FLAKY = """
from pathlib import Path

def test_flaky():
    tried = Path("tried")
    if not tried.exists():
        tried.touch()
        raise AssertionError("the first time only")

def test_good():
    pass
"""
RED = """
def test_red():
    assert False
"""


def run(folder: Path, tests: str, *command: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(tests)
    return subprocess.run(
        [sys.executable, str(BIN / command[0]), *command[1:], *PYTEST],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_a_test_that_fails_by_chance_is_named_and_does_not_fail_the_run(tmp_path: Path) -> None:
    result = run(tmp_path, FLAKY, "run_tests.py")
    assert result.returncode == 0, result.stdout
    assert result.stdout.splitlines()[-1] == "FLAKY test_it.py::test_flaky"


def test_a_test_that_fails_twice_fails_the_run(tmp_path: Path) -> None:
    result = run(tmp_path, FLAKY + RED, "run_tests.py")
    assert result.returncode == 1
    assert result.stdout.splitlines()[-1] == "FLAKY test_it.py::test_flaky"
    assert "1 failed, 1 passed" in result.stdout


@pytest.mark.parametrize(("failing", "runs"), [(5, 2), (6, 1)])
def test_more_than_five_failures_do_not_run_again(tmp_path: Path, failing: int, runs: int) -> None:
    tests = "".join(f"def test_red_{number}():\n    assert False\n" for number in range(failing))
    result = run(tmp_path, tests, "run_tests.py")
    assert result.returncode != 0
    assert result.stdout.count(f"{failing} failed in ") == runs


def test_a_file_that_cannot_be_collected_fails_the_run(tmp_path: Path) -> None:
    assert run(tmp_path, "import missing\n", "run_tests.py").returncode != 0


def test_flaky_lists_the_test_and_its_seeds(tmp_path: Path) -> None:
    result = run(tmp_path, FLAKY, "find_flaky.py", "2")
    assert result.returncode == 1
    *_, total, test_line = result.stdout.splitlines()
    assert total == "2 runs, 1 tests failed in any of them."
    assert test_line.startswith("FAILED test_it.py::test_flaky (seeds ")
    assert "," not in test_line


def test_flaky_reports_a_run_that_did_not_end_as_tests_do(tmp_path: Path) -> None:
    result = run(tmp_path, "# no tests\n", "find_flaky.py", "1")
    assert result.returncode == 1
    assert "pytest ended with exit code 5." in result.stdout
