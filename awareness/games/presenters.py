"""Template contexts of game pages, shared by public pages and the editors' preview."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode

from awareness.games.enums import Ending, Find
from awareness.games.kinds.base import LAST_SEED, ROUND, SEED, WAY, Content, Deal, FormValues, is_submitted
from awareness.games.kinds.registry import kind_of
from awareness.games.kinds.story import read_story
from awareness.games.models import Game
from awareness.games.rules.story import MAX_METER, Story, StoryPosition, endings, follow_path, rewind_steps


@dataclass(frozen=True)
class ShownMeter:
    """A meter on the page, as a number and as ten dots."""

    name: str
    value: int
    moved: int
    dots: tuple[bool, ...]


@dataclass(frozen=True)
class ShownChoice:
    text: str
    address: str


@dataclass(frozen=True)
class Finished:
    """A finished game of Klik's world, for the album in the browser. `earned`: at least half of it was right."""

    slug: str
    round: int
    earned: bool
    full: bool

    @property
    def finds(self) -> str:
        """Return the names of all surprise stickers, for the script."""
        return " ".join(Find.values)


def game_context(game: Game, content: Content, answers: FormValues) -> dict[str, Any]:
    """Return the context of a one-page game, or of a story's first page."""
    kind = kind_of(game)
    context = {
        "template": f"public/games/{kind.template}.html",
        "done": is_submitted(answers) and not kind.has_scenes,
        **kind.play(content, answers),
    }
    deal = context.get("deal")
    if context["done"] and deal:
        context |= _next_deals(deal)
    if context["done"] and game.is_in_klik_world:
        earned, full = 2 * context["right"] >= context["total"], context["complete"]
        context["finished"] = Finished(game.slug, deal.number if deal else 1, earned, full)
    return context


def _next_deals(deal: Deal) -> dict[str, str]:
    """Return the query strings of the same round in another order, and of the next round.

    The latter is empty after the last round. Pages with results are not cached, so each visitor gets other numbers.
    """

    def query(number: int) -> str:
        return urlencode({ROUND: number, SEED: 1 + secrets.randbelow(LAST_SEED)})

    return {"again_query": query(deal.number), "next_query": query(deal.following) if deal.following else ""}


def find_position(content: Content, key: str, way: str) -> tuple[Story, StoryPosition | None]:
    """Return the story and the position after the path `way`; None if it does not end at the scene `key`."""
    story = read_story(content)
    place = follow_path(story, way)
    return story, place if place and place.scene.key == key else None


def scene_context(game: Game, story: Story, place: StoryPosition, base: str) -> dict[str, Any]:
    """Return the context of a scene. `base` is the path of the game.

    Every URL contains the whole path through the story, so going back is a plain link.
    """

    def address(key: str, way: str) -> str:
        return f"{base}{key}/?{urlencode({WAY: way})}" if way else f"{base}{key}/"

    scene = place.scene
    return {
        "story": story,
        "scene": scene,
        "speaker": story.character(scene.speaker),
        "why": place.why,
        "echoes": place.echoes,
        "meters": [
            ShownMeter(
                reading.meter.name, reading.value, reading.moved, tuple(n < reading.value for n in range(MAX_METER))
            )
            for reading in place.readings
        ],
        "choices": [
            ShownChoice(choice.text, address(choice.to, f"{place.way}{number}"))
            for number, choice in enumerate(scene.choices, 1)
            if choice.to in story.by_key
        ],
        "steps_back": [(step.scene.title, step.choice.text, address(step.scene.key, step.way)) for step in place.steps],
        "back": address(place.steps[-1].scene.key, place.steps[-1].way) if place.steps else "",
        "rewinds": [
            (step.scene.title, step.choice.text, address(step.scene.key, step.way)) for step in rewind_steps(place)
        ],
        "again": address(story.scenes[0].key, ""),
        "ending": Ending(scene.ending) if scene.ending else None,
        "endings": len(endings(story)),
        "first": not place.steps,
        "finished": Finished(game.slug, 1, earned=True, full=scene.ending == Ending.GOOD)
        if scene.ending and game.is_in_klik_world
        else None,
    }
