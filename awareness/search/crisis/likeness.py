"""Likeness of a search to examples: a linear classifier with weights that `bin/train_crisis.py` learns from `examples/`."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "examples"
WEIGHTS: Final = Path(__file__).parent / "example_weights.json"
# Serbian and English words inflect at the end.
STEM_LENGTH: Final = 5
ORDINARY: Final = "ordinary"
# By class, the slug of the help line that is shown first: the situations of its examples. All others belong to DEFAULT_LINE.
SITUATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "ambulance": ("suicide", "self-harm", "emergency"),
    "police": ("home-violence", "threat", "followed", "confinement", "trafficking"),
}
DEFAULT_LINE: Final = "nadel"
CLASSES: Final = (ORDINARY, DEFAULT_LINE, *SITUATIONS)


@dataclass(frozen=True)
class Likeness:
    """`log_odds`: natural logarithm of the odds that the text is a cry for help; `first_line`: slug of the fitting help line."""

    log_odds: float
    first_line: str


@dataclass(frozen=True)
class ExampleModel:
    """Weights of multinomial logistic regression; each sequence has a number for each of CLASSES."""

    bias: Sequence[float]
    weights: Mapping[str, Sequence[float]]

    def likeness(self, words: Sequence[str]) -> Likeness:
        """Classify folded words."""
        weight_rows = [self.weights[name] for name in features(words) if name in self.weights]
        ordinary, *cries = (math.fsum(column) for column in zip(self.bias, *weight_rows, strict=True))
        highest = max(cries)
        total = highest + math.log(math.fsum(math.exp(score - highest) for score in cries))
        return Likeness(total - ordinary, CLASSES[1 + cries.index(highest)])


@cache
def example_model() -> ExampleModel:
    """Return the model of the release, read once for each process. Raises OSError, and ValueError for invalid JSON."""
    data = json.loads(WEIGHTS.read_text())
    return ExampleModel(data["bias"], data["weights"])


def features(words: Sequence[str]) -> set[str]:
    """Return the features of folded words: whole words, beginnings of words, and pairs of neighbouring beginnings."""
    stems = [word[:STEM_LENGTH] for word in words]
    pairs = (" ".join(pair) for pair in pairwise(["^", *stems, "$"]))
    return {*stems, *pairs, *(f"={word}" for word in words if len(word) > STEM_LENGTH)}


def read_examples() -> Iterator[tuple[str, str]]:
    """Yield the class and the text of each example."""
    for line in _lines("cries.txt"):
        situation, _separator, text = line.partition(" | ")
        yield next((name for name, keys in SITUATIONS.items() if situation in keys), DEFAULT_LINE), text
    for line in _lines("ordinary.txt"):
        yield ORDINARY, line


def _lines(name: str) -> Iterator[str]:
    return (line for line in (FOLDER / name).read_text().splitlines() if line and not line.startswith("#"))
