"""Where bars and columns of a chart stand, in units of its own view box; the template draws them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

WIDTH = 320
ROW, BAR_TOP, BAR_HEIGHT = 42, 23, 10
# A figure that is hidden has a bar of this length, hatched: it says that there is something, not how much.
HIDDEN = 14
COLUMN_TOP, COLUMN_BOTTOM, BELOW = 20, 150, 24
WIDEST_COLUMN = 34
# Longer labels would run into the count at the other end of their line: they are cut, the table has them whole.
LONGEST_LABEL = 34
# Above columns narrower than this figures would touch each other.
READABLE_COLUMN = 20
# About so wide is a letter of a label; below columns that are narrower than their labels not each of them has one.
LETTER = 6.5


@dataclass(frozen=True)
class ChartBar:
    """One bar or column: its box, and where its words stand. `count` is None where the figure is hidden."""

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
    """Marks in a box of `WIDTH` times `height`."""

    marks: list[ChartBar]
    height: float
    width: int = WIDTH
    shows_counts: bool = True


def bar_chart(rows: Sequence[tuple[str, int | None]], *, longest: int | None = None) -> Chart:
    """Horizontal bars, each below its label and its count; `rows` are (label, count). `longest` is what fills the width, the largest unless given."""
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
    """Columns side by side, each with its label below and its count above; `rows` are (label, count)."""
    highest = max((count or 0 for _label, count in rows), default=0)
    step = WIDTH / max(1, len(rows))
    width = min(WIDEST_COLUMN, step * 0.7)
    # The last one always has a label, and every so many before it.
    every = max(1, ceil(max((len(label) for label, _count in rows), default=0) * LETTER / step))
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
    if len(label) <= LONGEST_LABEL:
        return label
    return f"{label[:LONGEST_LABEL].rpartition(' ')[0] or label[:LONGEST_LABEL]} …"


def _length(count: int | None, largest: int, room: float) -> float:
    if count is None:
        return HIDDEN
    if not count:
        return 0
    return round(max(2, room * count / largest), 2)
