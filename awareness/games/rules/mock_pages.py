"""Finding what is wrong in mock pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from awareness.games.rules.form_values import FormValues, number_values


@dataclass(frozen=True)
class PagePart:
    """A part of a mock page; a clue is one that should make you think."""

    role: str
    text: str
    clue: bool
    why: str


@dataclass(frozen=True)
class MockPage:
    """A mock page, its parts in reading order."""

    frame: str
    title: str
    parts: tuple[PagePart, ...]


@dataclass(frozen=True)
class SpottedPart:
    """A part, whether it was ticked, and its number from 1, which is its value in the form."""

    part: PagePart
    number: int
    chosen: bool

    @property
    def verdict(self) -> str:
        """found and missed are clues, harmless is ticked and none, quiet is neither."""
        if self.part.clue:
            return "found" if self.chosen else "missed"
        return "harmless" if self.chosen else "quiet"


@dataclass(frozen=True)
class SpottedMock:
    """A mock page with what was ticked on it. `name` is its field in the form."""

    mock: MockPage
    name: str
    parts: tuple[SpottedPart, ...]

    @property
    def clues(self) -> int:
        """How many there are."""
        return sum(part.part.clue for part in self.parts)

    @property
    def found(self) -> int:
        """How many of them were ticked."""
        return sum(part.verdict == "found" for part in self.parts)


def check_pages(mocks: Sequence[MockPage], answers: FormValues) -> list[SpottedMock]:
    """Each mock page with what was ticked on it."""
    spotted = []
    for place, mock in enumerate(mocks, 1):
        name = f"mock-{place}"
        ticked = number_values(answers, name, len(mock.parts))
        parts = (SpottedPart(part, number, number in ticked) for number, part in enumerate(mock.parts, 1))
        spotted.append(SpottedMock(mock, name, tuple(parts)))
    return spotted
