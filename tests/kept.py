"""What a long run has found so far, in a file, so that an interrupted one goes on where it was."""

import json
from pathlib import Path
from typing import Any


class Kept:
    """`found` holds, by name, what was kept (JSON); it is empty where the code (`digest`) has changed since."""

    def __init__(self, path: Path, digest: str) -> None:
        self._path, self._digest = path, digest
        kept = json.loads(path.read_text()) if path.is_file() else {}
        self.found: dict[str, Any] = kept.get("found", {}) if kept.get("code") == digest else {}

    def keep(self, name: str, found: Any) -> None:
        """Write down what was found under this name, in place of what was there."""
        self.found[name] = found
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps({"code": self._digest, "found": self.found}))
