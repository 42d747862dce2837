"""Spot it: clues on sample pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.games.enums import Frame, Role
from awareness.games.fields import Choice, Flag, Rows, Text
from awareness.games.kinds.base import (
    ROUND_FIELD,
    Content,
    FormValues,
    GameKind,
    Playthrough,
    number_values,
    read_deal,
)
from awareness.publishing.editor_hints import EditorHint


class Spot(GameKind):
    """The suspicious parts of sample pages are marked."""

    code = "spot"
    label = pgettext_lazy("game", "Spot it")
    template = "_spot"
    parts = (
        Rows(
            name="scenes",
            one="scene",
            item=pgettext_lazy("game", "sample page"),
            items=_("Sample pages"),
            shown="title",
            fields=(
                Choice(name="frame", label=_("type of page"), choices=Frame),
                Text(name="title", label=_("title"), most=120),
                ROUND_FIELD,
            ),
            least=1,
            most=10,
            lists=(
                Rows(
                    name="parts",
                    one="part",
                    item=pgettext_lazy("game", "part of a sample page"),
                    items=pgettext_lazy("game", "parts of sample pages"),
                    shown="text",
                    fields=(
                        Choice(name="role", label=_("type of content"), choices=Role, initial=Role.TEXT),
                        Text(name="text", label=_("text"), most=240),
                        Flag(name="clue", label=_("a clue")),
                        Text(name="why", label=_("why"), most=240),
                    ),
                    least=2,
                    most=20,
                ),
            ),
        ),
    )

    def play(self, content: Content, answers: FormValues) -> dict[str, Any]:
        pages = read_mocks(content)
        deal = read_deal(pages, answers)
        mocks = check_pages(deal.pick(pages), answers)
        clues, found = sum(mock.clues for mock in mocks), sum(mock.found for mock in mocks)
        wrong = sum(part.verdict == "harmless" for mock in mocks for part in mock.parts)
        # Each wrong mark costs a point, so that marking everything is no way to win.
        return {
            "mocks": mocks,
            "deal": deal,
            "found": found,
            "wrong": wrong,
            "total": clues,
            "right": max(0, found - wrong),
            "complete": found == clues and not wrong,
        }

    def playthrough(self, content: Content, seed: int) -> Playthrough:
        pages = read_mocks(content)
        texts, decisions = [], 0
        for page in self.scripted_deal(pages, seed).pick(pages):
            marked = [n for n, part in enumerate(page.parts) if part.clue or (n + seed) % 5 == 0]
            texts += [page.title, *(part.text for part in page.parts), *(page.parts[n].why for n in marked)]
            decisions += len(marked)
        return Playthrough(tuple(texts), decisions)

    def problems(self, content: Content) -> Iterator[tuple[str, str]]:
        for number, scene in enumerate(content["scenes"]):
            if not any(part["clue"] for part in scene["parts"]):
                yield f"scenes[{number}].parts", "at least one must be a clue"

    def hints(self, content: Content) -> Iterator[EditorHint]:
        mocks = read_mocks(content)
        if not mocks:
            yield EditorHint(gettext("Sample pages"), gettext("The game has no sample pages yet."))
        for mock in mocks:
            clues = sum(part.clue for part in mock.parts)
            if not clues:
                yield EditorHint(mock.title, gettext("This page has no clues to find."))
            elif clues == len(mock.parts):
                yield EditorHint(mock.title, gettext("Every part is a clue. Add at least one harmless part."))


@dataclass(frozen=True)
class PagePart:
    """A part of a mock page. A clue is a suspicious part."""

    role: str
    text: str
    clue: bool
    why: str


@dataclass(frozen=True)
class MockPage:
    """A mock page with its parts in reading order."""

    frame: str
    title: str
    parts: tuple[PagePart, ...]
    round: int = 1


@dataclass(frozen=True)
class SpottedPart:
    """A part, its number (from 1), which is its form value, and whether it was marked."""

    part: PagePart
    number: int
    chosen: bool

    @property
    def verdict(self) -> str:
        """Return "found" or "missed" for a clue, "harmless" for a marked part without a clue, else "quiet"."""
        if self.part.clue:
            return "found" if self.chosen else "missed"
        return "harmless" if self.chosen else "quiet"


@dataclass(frozen=True)
class SpottedMock:
    """A mock page with the marks on its parts. `name` is its form field."""

    mock: MockPage
    name: str
    parts: tuple[SpottedPart, ...]

    @property
    def clues(self) -> int:
        """Return the number of clues."""
        return sum(part.part.clue for part in self.parts)

    @property
    def found(self) -> int:
        """Return the number of marked clues."""
        return sum(part.verdict == "found" for part in self.parts)


def check_pages(mocks: Sequence[MockPage], answers: FormValues) -> list[SpottedMock]:
    """Return each mock page with the marks on its parts."""
    spotted = []
    for place, mock in enumerate(mocks, 1):
        name = f"mock-{place}"
        ticked = number_values(answers, name, len(mock.parts))
        parts = (SpottedPart(part, number, number in ticked) for number, part in enumerate(mock.parts, 1))
        spotted.append(SpottedMock(mock, name, tuple(parts)))
    return spotted


def read_mocks(content: Content) -> list[MockPage]:
    """Return the sample pages with their parts."""
    return [
        MockPage(each["frame"], each["title"], tuple(PagePart(**part) for part in each["parts"]), each["round"])
        for each in content["scenes"]
    ]
