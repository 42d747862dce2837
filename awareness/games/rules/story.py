"""Rules of stories: positions and meters after a path of choices."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

MIN_METER, MAX_METER = 0, 10
# A digit allows nine choices in a scene. MAX_STEPS limits the length of the URL.
MAX_CHOICES: Final = 9
MAX_STEPS: Final = 60


@dataclass(frozen=True)
class Meter:
    """A value from 0 to 10 that choices change."""

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
    """A choice in a scene. `to` is the key of the next scene, which shows `why`. `effects` are changes by meter key.

    A later scene refers to a choice by its `key`.
    """

    text: str
    to: str
    why: str = ""
    effects: Mapping[str, int] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True)
class Echo:
    """A text that a scene shows if the choice with the key `choice` was made before."""

    choice: str
    text: str


@dataclass(frozen=True)
class Scene:
    """A scene of a story. `speaker` is the key of a character or empty; `ending` is empty if the story continues.

    `picture` is the name of a drawing in `static/img/stories/`, and `alt` its description.
    """

    key: str
    title: str
    text: str
    speaker: str = ""
    mood: str = "calm"
    ending: str = ""
    choices: tuple[StoryChoice, ...] = ()
    echoes: tuple[Echo, ...] = ()
    picture: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Story:
    """A story, which starts with its first scene."""

    scenes: tuple[Scene, ...]
    meters: tuple[Meter, ...] = ()
    characters: tuple[Character, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Scene]:
        """Return the scenes by key. The first of duplicate keys wins."""
        found: dict[str, Scene] = {}
        for scene in self.scenes:
            found.setdefault(scene.key, scene)
        return found

    def character(self, key: str) -> Character | None:
        """Return the character with this key; None for the narrator."""
        return next((character for character in self.characters if character.key == key), None)


@dataclass(frozen=True)
class PathStep:
    """A visited scene, the path to it, and the choice made there."""

    scene: Scene
    way: str
    choice: StoryChoice


@dataclass(frozen=True)
class MeterReading:
    """The current value of a meter, and its change by the last choice."""

    meter: Meter
    value: int
    moved: int


@dataclass(frozen=True)
class StoryPosition:
    """The position after a path: the scene, the steps before it, and the meters."""

    scene: Scene
    way: str
    steps: tuple[PathStep, ...]
    readings: tuple[MeterReading, ...]

    @property
    def why(self) -> str:
        """Return the explanation of the last choice; empty at the start."""
        return self.steps[-1].choice.why if self.steps else ""

    @property
    def echoes(self) -> tuple[str, ...]:
        """Return the texts that refer to earlier choices."""
        choice_keys = {step.choice.key for step in self.steps}
        return tuple(echo.text for echo in self.scene.echoes if echo.choice in choice_keys)


def follow_path(story: Story, way: str) -> StoryPosition | None:
    """Return the position after the path `way`; None for an invalid path.

    A path has one digit for each choice, from 1. "12" is the first choice of the first scene and the second choice of
    the next. The path is the whole state of the game, and untrusted input from the URL.
    """
    if not story.scenes or len(way) > MAX_STEPS:
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
    """Return the shortest path to a scene, the one with lower choices first; None if it is unreachable."""
    ways, waiting = {story.scenes[0].key: ""} if story.scenes else {}, deque(story.scenes[:1])
    while waiting:
        scene = waiting.popleft()
        for number, choice in enumerate(scene.choices[:MAX_CHOICES], 1):
            following = story.by_key.get(choice.to)
            if following is not None and following.key not in ways:
                ways[following.key] = f"{ways[scene.key]}{number}"
                waiting.append(following)
    return ways.get(key)


def endings(story: Story) -> list[Scene]:
    """Return the ending scenes."""
    return [scene for scene in story.scenes if scene.ending]


def rewind_steps(place: StoryPosition) -> list[PathStep]:
    """Return the steps with alternatives, latest first."""
    return [step for step in reversed(place.steps) if len(step.scene.choices) > 1]


def _chosen(scene: Scene, digit: str) -> StoryChoice | None:
    # `str.isdigit` accepts digits of other scripts.
    if not (digit.isascii() and digit.isdigit()) or digit == "0" or int(digit) > len(scene.choices):
        return None
    return scene.choices[int(digit) - 1]


def _within(value: int) -> int:
    return min(MAX_METER, max(MIN_METER, value))
