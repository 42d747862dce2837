"""Path: crossings with ways, of which at least one is safe. The path of choices is in the URL, as in a story."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.games.fields import Flag, Rows, Text
from awareness.games.kinds.base import (
    ROUND_FIELD,
    WAY,
    Content,
    Deal,
    FormValues,
    GameKind,
    Playthrough,
    read_deal,
    score,
)
from awareness.publishing.editor_hints import EditorHint

MAX_CHOICES = 4
# Size of the drawing in pixels, and the heights of stones in turn.
WIDTH, HEIGHT, MARGIN, _HEIGHTS = 640, 150, 48, (104, 58, 92, 46)


class Path(GameKind):
    """The player chooses a way at each crossing. A wrong way is a dead end and leads back to the crossing."""

    code = "path"
    label = pgettext_lazy("game", "Path")
    template = "_path"
    parts = (
        Rows(
            name="crossings",
            one="crossing",
            item=pgettext_lazy("game", "crossing"),
            items=pgettext_lazy("game", "crossings"),
            shown="title",
            fields=(
                Text(name="title", label=_("title"), most=80),
                Text(name="text", label=_("text"), most=240),
                ROUND_FIELD,
            ),
            least=2,
            most=24,
            lists=(
                Rows(
                    name="ways",
                    one="way",
                    item=pgettext_lazy("game", "way"),
                    items=pgettext_lazy("game", "ways"),
                    shown="text",
                    fields=(
                        Text(name="text", label=_("text"), most=120),
                        Flag(name="safe", label=_("safe")),
                        Text(name="why", label=_("why"), most=240),
                    ),
                    least=2,
                    most=MAX_CHOICES,
                ),
            ),
        ),
    )

    def play(self, content: Content, answers: FormValues) -> dict[str, Any]:
        crossings = read_crossings(content)
        deal = read_deal(crossings, answers)
        path = (answers.get(WAY) or [""])[-1]
        walked = walk(deal.pick(crossings), path)
        here = next((each for each in walked if not each.is_passed), None)
        taken = "".join(str(digit) for each in walked for digit in each.tried)
        steps = [each for each in walked if each.tried]
        return {
            "deal": deal,
            "crossings": walked,
            "here": here,
            "place": len([each for each in walked if each.is_passed]) + 1,
            "choices": list(_choices(here, deal, taken)) if here else [],
            "step": steps[-1].ways[-1] if steps else None,
            "started": bool(taken),
            "stones": place_stones(walked),
            "done": bool(walked) and here is None,
            **score(each.is_right for each in walked),
        }

    def problems(self, content: Content) -> Iterator[tuple[str, str]]:
        for number, crossing in enumerate(content["crossings"]):
            safe = sum(way["safe"] for way in crossing["ways"])
            if not 0 < safe < len(crossing["ways"]):
                yield f"crossings[{number}].ways", "at least one must be safe and one unsafe"

    def hints(self, content: Content) -> Iterator[EditorHint]:
        crossings = read_crossings(content)
        if len(crossings) < 2:
            yield EditorHint(gettext("Crossings"), gettext("Add at least two."))
        for each in crossings:
            safe = sum(way.safe for way in each.ways)
            if not safe:
                yield EditorHint(each.title, gettext("No way is safe."))
            elif safe == len(each.ways):
                yield EditorHint(each.title, gettext("Every way is safe. Add at least one unsafe way."))

    def playthrough(self, content: Content, seed: int) -> Playthrough:
        crossings = read_crossings(content)
        deal = self.scripted_deal(crossings, seed)
        texts, decisions = [], 0
        for number, each in enumerate(deal.pick(crossings)):
            texts += [each.title, each.text, *(way.text for way in each.ways)]
            taken = [way for way in each.ways if way.safe][:1]
            if (number + seed) % 3 == 0:
                taken += [way for way in each.ways if not way.safe][:1]
            texts += [way.why for way in taken]
            decisions += len(taken)
        return Playthrough(tuple(texts), decisions)


@dataclass(frozen=True)
class Way:
    text: str
    safe: bool
    why: str


@dataclass(frozen=True)
class Crossing:
    """A situation with its ways."""

    title: str
    text: str
    ways: tuple[Way, ...]
    round: int = 1


@dataclass(frozen=True)
class WalkedCrossing:
    """A crossing and the numbers (from 1) of the tried ways, in the order of the attempts."""

    crossing: Crossing
    tried: tuple[int, ...]

    @property
    def ways(self) -> tuple[Way, ...]:
        """Return the tried ways."""
        return tuple(self.crossing.ways[number - 1] for number in self.tried)

    @property
    def is_passed(self) -> bool:
        """Return whether a safe way was found."""
        return any(way.safe for way in self.ways)

    @property
    def is_right(self) -> bool:
        """Return whether the first way was safe."""
        return bool(self.tried) and self.ways[0].safe


@dataclass(frozen=True)
class Stone:
    """A crossing in the drawing, in pixels. `state` is "passed", "slipped" (after a dead end), "here" or "ahead"."""

    x: int
    y: int
    state: str


def walk(crossings: Sequence[Crossing], path: str) -> list[WalkedCrossing]:
    """Return the crossings with the ways of a path, one digit for each way. An invalid digit ends the path."""
    tried: list[list[int]] = [[] for _crossing in crossings]
    place = 0
    for digit in path[: MAX_CHOICES * len(crossings)]:
        if place >= len(crossings) or not ("1" <= digit <= str(len(crossings[place].ways))):
            break
        if int(digit) in tried[place]:
            continue
        tried[place].append(int(digit))
        place += crossings[place].ways[int(digit) - 1].safe
    return [WalkedCrossing(crossing, tuple(numbers)) for crossing, numbers in zip(crossings, tried, strict=True)]


def place_stones(walked: Sequence[WalkedCrossing]) -> list[Stone]:
    """Return the crossings and the goal as points of the drawing, from left to right."""
    states = ["passed" if each.is_right else "slipped" if each.is_passed else "ahead" for each in walked] + ["ahead"]
    states[states.index("ahead")] = "here"
    step = (WIDTH - 2 * MARGIN) // max(1, len(walked))
    return [Stone(MARGIN + step * n, _HEIGHTS[n % len(_HEIGHTS)], state) for n, state in enumerate(states)]


def read_crossings(content: Content) -> list[Crossing]:
    """Return the crossings with their ways."""
    return [
        Crossing(each["title"], each["text"], tuple(Way(**way) for way in each["ways"]), each["round"])
        for each in content["crossings"]
    ]


def _choices(here: WalkedCrossing, deal: Deal, taken: str) -> Iterator[tuple[Way, str]]:
    """Yield the ways of a crossing with the query string of each; empty if it was tried."""
    numbered = list(enumerate(here.crossing.ways, 1))
    for number, way in deal.shuffle(numbered, salt=here.crossing.title):
        yield way, "" if number in here.tried else urlencode(deal.fields | {WAY: f"{taken}{number}"})
