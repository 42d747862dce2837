"""Figures of a period as a page reads them: what is missing is zero, what is hidden says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

# (measure, dimension, key, period); dimension and key are empty for a total.
Place = tuple[str, str, str, str]


@dataclass(frozen=True)
class Value:
    """A figure for the reader: `count` is None where it is hidden; `median` (hours) only of totals of times, `percent` only of shares."""

    count: int | None
    median: float | None = None
    percent: int | None = None

    @property
    def hidden(self) -> bool:
        return self.count is None


class Figure(NamedTuple):
    """A figure with its place, as CSV and JSON list it."""

    measure: str
    dimension: str
    period: str
    key: str
    value: Value


@dataclass(frozen=True)
class Sheet:
    """The public figures of a period and of its parts. `order` names the keys of dimensions that have an order of their own."""

    period: str
    parts: tuple[str, ...]
    cells: Mapping[Place, Value]
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def value(self, measure: str, dimension: str = "", key: str = "", period: str = "") -> Value:
        """A figure; of the whole period unless a part is named. Of a period whose total is hidden nothing is told, not even zeros."""
        period = period or self.period
        missing = self.cells.get((measure, "", "", period), Value(0))
        return self.cells.get((measure, dimension, key, period), Value(None) if missing.hidden else Value(0))

    def keys(self, measure: str, dimension: str) -> list[str]:
        """The keys that anything was counted for: in their own order, or the most frequent first and what is hidden last."""
        found = {cell[2] for cell in self.cells if cell[:2] == (measure, dimension)}
        if order := self.order.get(dimension):
            return [key for key in order if key in found]
        return sorted(found, key=lambda key: (-(self.value(measure, dimension, key).count or 0), key))
