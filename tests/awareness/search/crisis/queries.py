"""The written lists of cries for help and of look-alikes, and the first help line that each situation calls for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "queries"
# Lists that were not read while patterns and examples were written.
UNSEEN: Final = FOLDER / "unseen"
SCRIPTS: Final = ("cyrillic", "latin", "english")
HALVES: Final = ("tuning", "reporting")

# By situation of the lists: slugs of the help lines that may be shown first.
FIRST_LINES: Final = {
    "suicide": {"ambulance"},
    "self-harm": {"ambulance"},
    "emergency": {"ambulance"},
    "home-violence": {"police"},
    "threat": {"police"},
    "followed": {"police"},
    "confinement": {"police"},
    "trafficking": {"police"},
    "sexual-violence": {"nadel", "police"},
    "blackmail": {"nadel", "police"},
    "picture": {"nadel"},
    "meeting": {"nadel", "police"},
    "pregnancy": {"nadel"},
    "bullying": {"nadel", "police"},
    "runaway": {"nadel", "police"},
    "neglect": {"nadel"},
    "eating": {"nadel"},
    "plea": {"nadel", "ambulance"},
}


@dataclass(frozen=True)
class Cry:
    situation: str
    text: str


def read_cries(script: str, half: str) -> list[Cry]:
    """The cries of one half of a list."""
    return [Cry(*line.split(" | ")) for line in _lines(FOLDER / f"cries_{script}.txt")[HALVES.index(half) :: 2]]


def read_lookalikes(script: str, half: str) -> list[str]:
    """The look-alikes of one half of a list."""
    return _lines(FOLDER / f"lookalikes_{script}.txt")[HALVES.index(half) :: 2]


def read_unseen_cries(script: str) -> list[Cry]:
    """The unseen cries of a script."""
    return [Cry(*line.split(" | ")) for line in _lines(UNSEEN / f"cries_{script}.txt")]


def read_unseen_lookalikes(script: str) -> list[str]:
    """The unseen look-alikes of a script."""
    return _lines(UNSEEN / f"lookalikes_{script}.txt")


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
