"""The tests named in SECURITY.md: `make test` includes them, unless the document assigns one to `make test-slow`."""

import re
from pathlib import Path
from typing import Final

import pytest

TABLE: Final = (Path(__file__).resolve().parents[1] / "SECURITY.md").read_text()
NAMED: Final = {
    name: bool(later) for name, later in re.findall(r"`(tests/[\w/]+\.py(?:::\w+)*)`( \(`make test-slow`\))?", TABLE)
}
FILES: Final = {name.partition("::")[0] for name in NAMED}
# Of the collected tests: whether they are marked as slow.
COLLECTED: Final = pytest.StashKey[dict[str, bool]]()


def named_slow(test: str) -> bool | None:
    """Whether SECURITY.md assigns this test to `make test-slow`, by its most specific name; None if it is not named."""
    if test.partition("::")[0] not in FILES:
        return None
    names = [name for name in NAMED if test == name or test.startswith((f"{name}::", f"{name}["))]
    return NAMED[max(names, key=len)] if names else None
