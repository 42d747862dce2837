"""Results of a long run, stored in a file, so that an interrupted run can continue until the code changes."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parents[2]
# Files and folders that determine what the portal does.
CODE = (
    "awareness",
    "clicksafely",
    "hotline",
    "youthpanel",
    "templates",
    "static",
    "locale",
    "tests",
    "requirements.txt",
)


class RunResults:
    """`found` contains the stored results (JSON) by name; it is empty if the code (`digest`) has changed."""

    def __init__(self, path: Path, digest: str) -> None:
        self._path, self._digest = path, digest
        stored = json.loads(path.read_text()) if path.is_file() else {}
        self.found: dict[str, Any] = stored.get("found", {}) if stored.get("code") == digest else {}

    def store(self, name: str, found: Any) -> None:
        """Store a result under this name, replacing an earlier one."""
        self.found[name] = found
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps({"code": self._digest, "found": self.found}))


def code_digest(*more: str) -> str:
    """Return a digest of all files in `CODE` and in the folders `more` that git knows or would add."""
    listed = subprocess.run(  # noqa: S603  constant names
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *CODE, *more],  # noqa: S607  git of the PATH
        cwd=BASE_DIR,
        check=True,
        capture_output=True,
    ).stdout
    digest = hashlib.sha256()
    for name in sorted(listed.decode().split("\0")):
        path = BASE_DIR / name
        if name and path.is_file():
            digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
