"""A newcomer follows the recipe of CONTRIBUTING.md for a kind of question in a copy of the tree: `make check` and `make test` pass."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent
MAX_FILES = 6
AGREE = '''"""Agree or disagree."""

from awareness.quizzes.kinds.true_false import TrueFalse


class Agree(TrueFalse):
    """One of two choices is right."""

    code = "agree"
    in_gift = False
    gift_syntax = ""
'''
REGISTRY = "awareness/quizzes/kinds/registry.py"
FACTORY = "tests/factories/quizzes.py"
ANSWERS = "tests/clients/quiz_answers.py"


def run(tree: Path, *command: str) -> str:
    """Run a command in the copy. It has none of the settings and servers of the tests in this process."""
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "CHROMIUM") if name in os.environ}
    result = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{' '.join(command)}\n{result.stdout[-4000:]}\n{result.stderr[-2000:]}"
    return result.stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the repository with the changes of the work tree, and with the packages of this process."""
    for name in run(BASE_DIR, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        source, target = BASE_DIR / name, tmp_path / name
        if name and source.is_file() and not source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    run(tmp_path, "git", "init", "--quiet")
    run(tmp_path, "git", "add", "--all")
    (tmp_path / ".git" / "info" / "exclude").write_text(".venv\n")
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text that occurs once in a file."""
    text = path.read_text()
    assert text.count(old) == 1, f"{path} has {old!r} {text.count(old)} times"
    path.write_text(text.replace(old, new))


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_a_kind_of_question(tree: Path) -> None:
    (tree / "awareness/quizzes/kinds/agree.py").write_text(AGREE)
    replace(
        tree / REGISTRY,
        "from awareness.quizzes.kinds.base import Answer",
        "from awareness.quizzes.kinds.agree import Agree\nfrom awareness.quizzes.kinds.base import Answer",
    )
    replace(tree / REGISTRY, "        TrueFalse(),\n", "        TrueFalse(),\n        Agree(),\n")
    run(tree, "make", "setup-dev")
    migrate = ("manage.py", "makemigrations", "quizzes", "-n", "agree")
    run(tree, ".venv/bin/python", *migrate)
    replace(tree / "awareness/seed/quizzes/schema.yaml", "true_false, ordering", "true_false, agree, ordering")
    replace(tree / "docs/formats.md", "multiple true_false ordering", "multiple true_false agree ordering")
    product = [name for name in run(tree, "git", "status", "--short", "-uall").splitlines() if " tests/" not in name]
    assert len([name for name in product if not name.startswith("A ")]) <= MAX_FILES
    replace(tree / FACTORY, "ORDERING = ", 'AGREE = question("agree", choice("да"), choice("не", 100))\nORDERING = ')
    head, tail = (tree / FACTORY).read_text().split("EACH_KIND", 1)
    (tree / FACTORY).write_text(f"{head}EACH_KIND{tail.replace('TRUE_FALSE,', 'TRUE_FALSE, AGREE,', 1)}")
    replace(tree / ANSWERS, '    "true_false": (1,),\n', '    "true_false": (1,),\n    "agree": (1,),\n')
    replace(tree / ANSWERS, '    "true_false": (0,),\n', '    "true_false": (0,),\n    "agree": (0,),\n')
    run(tree, ".venv/bin/ruff", "format", "--quiet", ".")
    run(tree, "make", "check", "test")
