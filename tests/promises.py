"""Which tests SECURITY.md names: `make test` has them, except where it says beside a name that `make test-slow` has."""

import re
from pathlib import Path
from typing import Final

import pytest

TABLE: Final = (Path(__file__).resolve().parents[1] / "SECURITY.md").read_text()
NAMED: Final = {
    name: bool(later) for name, later in re.findall(r"`(tests/[\w/]+\.py(?:::\w+)*)`( \(`make test-slow`\))?", TABLE)
}
FILES: Final = {name.partition("::")[0] for name in NAMED}
# Of those that were collected: whether they are marked as slow.
COLLECTED: Final = pytest.StashKey[dict[str, bool]]()


def named_slow(test: str) -> bool | None:
    """Whether SECURITY.md leaves this test to `make test-slow`, by the closest of its names; None where it does not name it."""
    if test.partition("::")[0] not in FILES:
        return None
    names = [name for name in NAMED if test == name or test.startswith((f"{name}::", f"{name}["))]
    return NAMED[max(names, key=len)] if names else None
