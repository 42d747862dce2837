"""The written lists of cries for help and of look-alikes, and the first help line that each situation calls for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "queries"
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
    return [Cry(*line.split(" | ")) for line in _lines(f"cries_{script}.txt", half)]


def read_lookalikes(script: str, half: str) -> list[str]:
    """The look-alikes of one half of a list."""
    return _lines(f"lookalikes_{script}.txt", half)


def _lines(name: str, half: str) -> list[str]:
    lines = [line for line in (FOLDER / name).read_text().splitlines() if line and not line.startswith("#")]
    return lines[HALVES.index(half) :: 2]
