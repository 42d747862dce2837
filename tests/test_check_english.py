"""The check of English: counts of matching lines, the limits of folders, and the files it reads."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "bin" / "check_english.py"
LIMIT = 31  # of the folder "tests"

pytestmark = pytest.mark.texts


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty git repository."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def write(repository: Path, name: str, text: str) -> None:
    """Write a file and add it to the index."""
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    subprocess.run(["git", "add", "--force", name], cwd=repository, check=True)


def check(repository: Path) -> tuple[int, list[str]]:
    """The exit status and the lines printed."""
    result = subprocess.run([sys.executable, SCRIPT, repository], capture_output=True, text=True, check=False)
    return result.returncode, result.stderr.splitlines()


def test_it_passes_at_the_limit(repository: Path) -> None:
    write(repository, "tests/a.py", "# Nobody\n" * LIMIT)
    assert check(repository) == (0, [])


def test_it_fails_above_the_limit_and_names_file_and_line(repository: Path) -> None:
    write(repository, "tests/a.py", "# Nobody\n" * LIMIT)
    write(repository, "bench/b.md", "Plain.\n\nTo WHOM it concerns, whoever it is.\n")
    status, lines = check(repository)
    assert status == 1
    # The folder of tests is within its limit.
    assert lines[0] == "bench/b.md:3: To WHOM it concerns, whoever it is."
    assert lines[1].startswith("bench: 1 lines match")
    assert len(lines) == 2


def test_it_reads_code_and_documents(repository: Path) -> None:
    endings = ("py", "html", "txt", "md", "yaml", "yml", "js", "css", "toml", "sh", "sql")
    names = {"Makefile", *(f"a.{ending}" for ending in endings)}
    for name in names:
        write(repository, name, "somebody\n" * (LIMIT + 1))
    status, lines = check(repository)
    assert status == 1
    assert {line.partition(":")[0] for line in lines} == names


def test_it_skips_catalogues_itself_and_other_files(repository: Path) -> None:
    for name in (
        "locale/sr/a.py",
        "bin/check_english.py",
        "tests/test_check_english.py",
        "awareness/search/crisis/words.yaml",
        "picture.svg",
    ):
        write(repository, name, "somebody\n" * (LIMIT + 1))
    assert check(repository) == (0, [])


def test_it_reads_only_files_known_to_git_and_whole_words(repository: Path) -> None:
    (repository / "unknown.py").write_text("nobody\n" * (LIMIT + 1))
    write(repository, "a.py", "a_nobody_b somebodys\n" * (LIMIT + 1))
    assert check(repository) == (0, [])
