"""A story: where a way of choices leads, and what it does to the meters on the way.

A way is written as digits, one a choice, counted from 1: "12" is the first choice of the first scene and the second of the next. It is the
whole state of a game, stands in its address, and may be anything that somebody typed there.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

LOWEST, HIGHEST = 0, 10
# A way in digits has nine choices a scene; nobody goes further than so many scenes, in a circle or not.
MOST_CHOICES: Final = 9
MOST_STEPS: Final = 60


@dataclass(frozen=True)
class Meter:
    """Something that choices raise and lower, from 0 to 10."""

    key: str
    name: str
    start: int


@dataclass(frozen=True)
class Character:
    key: str
    name: str
    look: str


@dataclass(frozen=True)
class StoryChoice:
    """What one may do in a scene: `to` is the key of the next scene, `why` is said there, `effects` are by the keys of meters."""

    text: str
    to: str
    why: str = ""
    effects: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """One picture of a story. `speaker` is the key of a character or empty; `ending` is empty where it goes on."""

    key: str
    title: str
    text: str
    speaker: str = ""
    mood: str = "calm"
    ending: str = ""
    choices: tuple[StoryChoice, ...] = ()


@dataclass(frozen=True)
class Story:
    """The first scene is the start."""

    scenes: tuple[Scene, ...]
    meters: tuple[Meter, ...] = ()
    characters: tuple[Character, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Scene]:
        """Scenes by key; of two with one key the first counts."""
        found: dict[str, Scene] = {}
        for scene in self.scenes:
            found.setdefault(scene.key, scene)
        return found

    def character(self, key: str) -> Character | None:
        """Who speaks; None for the narrator."""
        return next((character for character in self.characters if character.key == key), None)


@dataclass(frozen=True)
class PathStep:
    """A scene that somebody was in, the way to it, and what they chose there."""

    scene: Scene
    way: str
    choice: StoryChoice


@dataclass(frozen=True)
class MeterReading:
    """A meter as it stands, and by how much the last choice has moved it."""

    meter: Meter
    value: int
    moved: int


@dataclass(frozen=True)
class StoryPosition:
    """Where a way has led: the scene, the steps before it, and the meters."""

    scene: Scene
    way: str
    steps: tuple[PathStep, ...]
    readings: tuple[MeterReading, ...]

    @property
    def why(self) -> str:
        """What the last choice has brought, in words; empty at the start."""
        return self.steps[-1].choice.why if self.steps else ""


def follow_path(story: Story, way: str) -> StoryPosition | None:
    """Where `way` leads; None for one that nobody can have gone."""
    if not story.scenes or len(way) > MOST_STEPS:
        return None
    scene, steps = story.scenes[0], []
    values = {meter.key: _within(meter.start) for meter in story.meters}
    before = values
    for number, digit in enumerate(way):
        choice = _chosen(scene, digit)
        following = story.by_key.get(choice.to) if choice else None
        if choice is None or following is None:
            return None
        steps.append(PathStep(scene, way[:number], choice))
        before = values
        values = {key: _within(value + choice.effects.get(key, 0)) for key, value in values.items()}
        scene = following
    readings = tuple(
        MeterReading(meter, values[meter.key], values[meter.key] - before[meter.key]) for meter in story.meters
    )
    return StoryPosition(scene, way, tuple(steps), readings)


def path_to_scene(story: Story, key: str) -> str | None:
    """The shortest way to a scene, of equals the one of earlier choices; None where no way leads there."""
    ways, waiting = {story.scenes[0].key: ""} if story.scenes else {}, deque(story.scenes[:1])
    while waiting:
        scene = waiting.popleft()
        for number, choice in enumerate(scene.choices[:MOST_CHOICES], 1):
            following = story.by_key.get(choice.to)
            if following is not None and following.key not in ways:
                ways[following.key] = f"{ways[scene.key]}{number}"
                waiting.append(following)
    return ways.get(key)


def endings(story: Story) -> list[Scene]:
    """The scenes in which it may end."""
    return [scene for scene in story.scenes if scene.ending]


def rewind_steps(place: StoryPosition) -> list[PathStep]:
    """The steps at which something else could have been chosen, the latest first: that is where one rewinds to."""
    return [step for step in reversed(place.steps) if len(step.scene.choices) > 1]


def _chosen(scene: Scene, digit: str) -> StoryChoice | None:
    # Other alphabets have digits too, which are none in an address of ours.
    if not (digit.isascii() and digit.isdigit()) or digit == "0" or int(digit) > len(scene.choices):
        return None
    return scene.choices[int(digit) - 1]


def _within(value: int) -> int:
    return min(HIGHEST, max(LOWEST, value))
