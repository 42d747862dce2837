"""The tests named in SECURITY.md: `make test` includes them, unless the document assigns one to another command."""

import re
from pathlib import Path
from typing import Final

import pytest

MAKE_TEST: Final = "make test"
TABLE: Final = (Path(__file__).resolve().parents[1] / "SECURITY.md").read_text()
# The command that runs each.
NAMED: Final = {
    name: command or MAKE_TEST
    for name, command in re.findall(r"`(tests/[\w/]+\.py(?:::\w+)*)`(?: \(`(make [\w-]+)`\))?", TABLE)
}
FILES: Final = {name.partition("::")[0] for name in NAMED}
# Of the collected tests that are named: the command that runs each, by its marks.
COLLECTED: Final = pytest.StashKey[dict[str, str]]()


def named_command(test: str) -> str | None:
    """The command that runs this test according to the most specific name in SECURITY.md; None if it is not named."""
    if test.partition("::")[0] not in FILES:
        return None
    names = [name for name in NAMED if test == name or test.startswith((f"{name}::", f"{name}["))]
    return NAMED[max(names, key=len)] if names else None


def marked_command(item: pytest.Item) -> str:
    """The command that runs this test, by its marks."""
    commands = {"timing": "make timing", "slow": "make test-slow"}
    return next((command for mark, command in commands.items() if item.get_closest_marker(mark)), MAKE_TEST)
