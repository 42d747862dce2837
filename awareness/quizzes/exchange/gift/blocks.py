"""A GIFT file as blocks of lines: comments taken out, categories and tags noted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TAG: Final = re.compile(r"\[tag:([^\]\x00-\x1f]{1,200})\]")
_CATEGORY: Final = "$CATEGORY:"
# What Moodle calls the place that has no name.
_TOP: Final = frozenset({"top", "$course$", "$course$/top"})


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: the number of each (from 1), trimmed; `category` holds for what stands in it."""

    lines: tuple[tuple[int, str], ...]
    category: str
    tags: tuple[str, ...]

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.lines[0][0]

    @property
    def text(self) -> str:
        """Its lines together."""
        return "\n".join(text for _line, text in self.lines)

    def line_at(self, text: str, place: int) -> int:
        """In which line of the file a place in `text` is, which has as many line ends as the block's own."""
        return self.lines[min(text.count("\n", 0, place), len(self.lines) - 1)][0]


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a file, which empty lines divide. A line with a category ends a block as well."""
    category, tags = "", list[str]()
    lines: list[tuple[int, str]] = []
    for number, raw in enumerate([*text.split("\n"), ""], 1):
        line = raw.strip()
        if line.startswith("//"):
            tags += _TAG.findall(line)
            continue
        opens = line.startswith(_CATEGORY) and not lines
        if lines and not line:
            yield Block(tuple(lines), category, tuple(tags))
            tags, lines = [], []
        elif opens:
            named = line.removeprefix(_CATEGORY).strip()
            category, tags = ("" if named in _TOP else named), []
        elif line:
            lines.append((number, line))
