"""A copy of the tree in which a test follows a recipe of CONTRIBUTING.md."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

BASE_DIR: Final = Path(__file__).resolve().parent.parent
CATALOGUE: Final = "locale/sr/LC_MESSAGES/django.po"
# No server is started, and none can be reached, as in `make check`.
NO_SERVERS: Final = {
    "DATABASE_URL": "postgresql://db.invalid/clicksafely",
    "REDIS_URL": "redis://redis.invalid/0",
}


# The parts of `make check` that read the tree; the others read requirements, secrets and vendored files.
CHECKS: Final = (
    *("check-lint", "check-format", "check-types", "check-templates", "check-imports"),
    *("check-migrations", "check-catalogues", "check-english", "check-texts"),
)


class Tree:
    """A copy of all files of the repository, as they are in the work tree, below `root`; packages are those of this process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in self._git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=BASE_DIR).split("\0"):
            source, target = BASE_DIR / name, root / name
            if name and source.is_file() and not source.is_symlink():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        self._git("init", "--quiet")
        self._git("add", "--all")
        (root / ".git" / "info" / "exclude").write_text(".venv\n")
        (root / ".venv").symlink_to(Path(sys.prefix))
        (root / "var" / "check").mkdir(parents=True)
        self.manage("create_secrets")

    def insert(self, path: str, text: str, *, before: str) -> None:
        """Insert a text before another one, which occurs once; at the end of the file if `before` is empty."""
        file = self.root / path
        content = file.read_text()
        if before:
            assert content.count(before) == 1, f"{path} has {before!r} {content.count(before)} times"
            head, tail = content.split(before)
            file.write_text(head + text + before + tail)
        else:
            file.write_text(content + text)

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        (self.root / path).write_text(text)

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace a text that occurs once."""
        file = self.root / path
        content = file.read_text()
        assert content.count(old) == 1, f"{path} has {old!r} {content.count(old)} times"
        file.write_text(content.replace(old, new))

    def translate(self, translations: Mapping[str, str]) -> None:
        """Add the new messages to the Serbian catalogue as `make messages` does, and fill them in. A message fits in one line."""
        self.manage("messages")
        file = self.root / CATALOGUE
        content = file.read_text()
        for message, serbian in translations.items():
            content, count = re.subn(
                rf'^(msgid "{re.escape(message)}"\nmsgstr )""$', rf'\1"{serbian}"', content, flags=re.MULTILINE
            )
            assert count, f"{message!r} is no new message"
        file.write_text(content)

    def touched(self) -> set[str]:
        """Return the files that were changed, added or removed, apart from those that git ignores."""
        changed = self._git("diff", "--name-only", "-z")
        added = self._git("ls-files", "-z", "--others", "--exclude-standard")
        return {name for name in (changed + added).split("\0") if name}

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` without servers. Returns the output."""
        return self._run("manage.py", *arguments, env={"VAR_DIR": str(self.root / "var" / "check"), **NO_SERVERS})

    def check(self) -> None:
        """Format the new code, and run the checks of `make check`."""
        self._run("-m", "ruff", "format", "--quiet", ".", env={})
        self._run("-c", "import os, sys; os.execvp('make', ['make', *sys.argv[1:]])", *CHECKS, env={})

    def check_texts(self, *paths: str) -> None:
        """Run tests that only read files, as `make check-texts` does."""
        env = {"VAR_DIR": str(self.root / "var" / "check"), **NO_SERVERS}
        self._run("-m", "pytest", "-n", "0", "-q", "-m", "texts", *paths, env=env)

    def test(self, *paths: str) -> None:
        """Run tests with servers of their own."""
        env = {"VAR_DIR": str(self.root / "var" / "test")}
        self._run("-m", "pytest", "-n", "1", "-q", "-m", "not texts and not timing and not slow", *paths, env=env)

    def _run(self, *arguments: str, env: Mapping[str, str]) -> str:
        # The settings and servers of the tests in this process are not those of the copy.
        inherited_variables = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "CHROMIUM") if name in os.environ
        }
        result = subprocess.run(
            [self.root / ".venv" / "bin" / "python", *arguments],
            cwd=self.root,
            env=inherited_variables | env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, f"{' '.join(arguments)}\n{result.stdout[-4000:]}\n{result.stderr[-2000:]}"
        return result.stdout

    def _git(self, *arguments: str, cwd: Path | None = None) -> str:
        return subprocess.run(
            ["git", *arguments],
            cwd=cwd or self.root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
