"""A test run on a machine without a browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import NO_BROWSER, find_browser

BASE_DIR = Path(__file__).resolve().parent.parent
MODULE = f"""
import pytest

@pytest.fixture(scope="session")
def chromium():
    pytest.skip({NO_BROWSER!r})

def test_one(chromium): pass
def test_two(chromium): pass
def test_other(): pytest.skip("not on this system")
def test_plain(): pass
"""


def run_pytest(folder: Path, *arguments: str) -> list[str]:
    """Return the output lines of a run in a folder, with the plugin and without the project's configuration."""
    plugins = ["-p", "tests.browser", "-p", "no:django", "-p", "no:randomly", "-p", "no:cacheprovider"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", folder, *plugins, *arguments, folder],
        env=env | {"PYTHONPATH": str(BASE_DIR)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout.splitlines()


@pytest.mark.parametrize("processes", ["0", "2"])
def test_last_lines_name_the_skipped_tests_and_the_remedy(tmp_path: Path, processes: str) -> None:
    (tmp_path / "test_b.py").write_text(MODULE)
    (tmp_path / "test_a.py").write_text(MODULE.replace("test_two", "no_test"))
    lines = run_pytest(tmp_path, "-n", processes)
    place = lines.index("NOT RUN: 3 browser tests, because no browser is installed:")
    assert lines[place + 1 : place + 3] == ["  test_a.py: 1", "  test_b.py: 2"]
    assert "2 passed, 5 skipped" in lines[place - 2]
    remedy = " ".join(lines[place + 3 :])
    assert all(word in remedy for word in ("apt-get install chromium", "CHROMIUM=", "`bin/browser fetch`"))
    assert remedy.endswith("Then run `make test` again.")


def test_nothing_is_added_where_all_tests_run(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_plain(): pass")
    lines = run_pytest(tmp_path, "-n", "0")
    assert "1 passed" in lines[-1]


def test_browser_that_does_not_run_is_not_taken_from_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`bin/browser` tried it without success."""
    (tmp_path / "chromium").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", "")
    assert find_browser(str(tmp_path / "own")) is None
    monkeypatch.delenv("CHROMIUM")
    assert find_browser(str(tmp_path / "own")) == str(tmp_path / "chromium")
