"""Geometry of bar and column charts, in units of the view box; the template draws them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

WIDTH = 320
ROW, BAR_TOP, BAR_HEIGHT = 42, 23, 10
# A hidden figure has a hatched bar of this length, which shows its presence but not its value.
HIDDEN = 14
COLUMN_TOP, COLUMN_BOTTOM, BELOW = 20, 150, 24
WIDEST_COLUMN = 34
# Longer labels would overlap the count at the other end of their line: they are truncated; the table has the full text.
MAX_LABEL_LENGTH = 34
# Above narrower columns, figures would overlap.
READABLE_COLUMN = 20
# Approximate width of a letter; below narrow columns, only some labels are shown.
LETTER = 6.5


@dataclass(frozen=True)
class ChartBar:
    """One bar or column: its box, and the positions of its texts. `count` is None if the figure is hidden."""

    label: str
    count: int | None
    x: float
    y: float
    width: float
    height: float
    label_x: float
    label_y: float
    count_x: float
    count_y: float
    shows_label: bool = True


@dataclass(frozen=True)
class Chart:
    """Bars or columns in a box of `WIDTH` times `height`."""

    marks: list[ChartBar]
    height: float
    width: int = WIDTH
    shows_counts: bool = True


def bar_chart(rows: Sequence[tuple[str, int | None]], *, longest: int | None = None) -> Chart:
    """Return horizontal bars, each below its label and its count; `rows` are (label, count).

    `longest` fills the width, the maximum by default.
    """
    longest = longest or max((count or 0 for _label, count in rows), default=0)
    marks = []
    for number, (label, count) in enumerate(rows):
        top = number * ROW
        width = _length(count, longest, WIDTH)
        marks.append(
            ChartBar(
                _cut(label), count, 0, top + BAR_TOP, width, BAR_HEIGHT, 0, top + BAR_TOP - 6, WIDTH, top + BAR_TOP - 6
            )
        )
    return Chart(marks, max(ROW, len(rows) * ROW))


def column_chart(rows: Sequence[tuple[str, int | None]]) -> Chart:
    """Return adjacent columns, each with its label below and its count above; `rows` are (label, count)."""
    highest = max((count or 0 for _label, count in rows), default=0)
    step = WIDTH / max(1, len(rows))
    width = min(WIDEST_COLUMN, step * 0.7)
    # The last one always has a label, and every n-th one before it, with a letter's width between them.
    longest = max((len(label) for label, _count in rows), default=0)
    every = max(1, ceil((longest + 1) * LETTER / step))
    marks = []
    for number, (label, count) in enumerate(rows):
        middle = step * (number + 0.5)
        height = _length(count, highest, COLUMN_BOTTOM - COLUMN_TOP)
        top = COLUMN_BOTTOM - height
        marks.append(
            ChartBar(
                label,
                count,
                round(middle - width / 2, 2),
                round(top, 2),
                round(width, 2),
                height,
                round(middle, 2),
                COLUMN_BOTTOM + 16,
                round(middle, 2),
                round(top - 5, 2),
                shows_label=(len(rows) - 1 - number) % every == 0,
            )
        )
    return Chart(marks, COLUMN_BOTTOM + BELOW, shows_counts=step >= READABLE_COLUMN)


def _cut(label: str) -> str:
    if len(label) <= MAX_LABEL_LENGTH:
        return label
    return f"{label[:MAX_LABEL_LENGTH].rpartition(' ')[0] or label[:MAX_LABEL_LENGTH]} …"


def _length(count: int | None, largest: int, room: float) -> float:
    if count is None:
        return HIDDEN
    if not count:
        return 0
    return round(max(2, room * count / largest), 2)
