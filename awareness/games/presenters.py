"""What a page of a game shows, from its parts and from what an address says: the same for a visitor and for an editor who looks at a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.http import urlencode

from awareness.games.enums import Ending, GameKind
from awareness.games.mappers import Parts, read_mocks, read_pairs, read_settings, read_sorting, read_story
from awareness.games.models import Game
from awareness.games.rules.cards import match_pairs, shuffle_meanings, sort_cards
from awareness.games.rules.form_values import FormValues, is_submitted
from awareness.games.rules.mock_pages import check_pages
from awareness.games.rules.privacy_settings import chosen_options, visible_settings
from awareness.games.rules.story import HIGHEST, Story, StoryPosition, endings, follow_path, rewind_steps

# The query parameter with the way through a story.
WAY: Final = "p"


@dataclass(frozen=True)
class ShownMeter:
    """A meter on the page: as a number and as ten dots."""

    name: str
    value: int
    moved: int
    dots: tuple[bool, ...]


@dataclass(frozen=True)
class ShownChoice:
    text: str
    address: str


def game_context(game: Game, parts: Parts, answers: FormValues, keep: Mapping[str, str]) -> dict[str, Any]:
    """The context of a game that is one form, or of a story's first page; `keep` stays in every address."""
    context = _PLAY[GameKind(game.kind)](parts, answers)
    return context | {"done": is_submitted(answers), "keep": dict(keep)} if game.kind != GameKind.STORY else context


def _play_story(parts: Parts, answers: FormValues) -> dict[str, Any]:
    story = read_story(parts)
    return {
        "story": story,
        "start": story.scenes[0].key if story.scenes else "",
        "endings": len(endings(story)),
        "lost": "lost" in answers,
        "done": False,
    }


def _play_sort(parts: Parts, answers: FormValues) -> dict[str, Any]:
    bins, cards = read_sorting(parts)
    found = sort_cards(bins, cards, answers)
    return {"bins": bins, "cards": found, **_score([card.right for card in found])}


def _play_pairs(parts: Parts, answers: FormValues) -> dict[str, Any]:
    pairs = read_pairs(parts)
    found = match_pairs(pairs, answers)
    return {"pairs": found, "meanings": shuffle_meanings(pairs), **_score([pair.right for pair in found])}


def _play_spot(parts: Parts, answers: FormValues) -> dict[str, Any]:
    mocks = check_pages(read_mocks(parts), answers)
    clues, found = sum(mock.clues for mock in mocks), sum(mock.found for mock in mocks)
    harmless = any(part.verdict == "harmless" for mock in mocks for part in mock.parts)
    return {"mocks": mocks, "total": clues, "right": found, "complete": found == clues and not harmless}


def _play_lock(parts: Parts, answers: FormValues) -> dict[str, Any]:
    viewers, settings = read_settings(parts)
    chosen = chosen_options(settings, answers)
    views = visible_settings(viewers, chosen)
    return {"viewers": viewers, "chosen": chosen, "views": views, **_score([each.option.safe for each in chosen])}


_PLAY: Final = {
    GameKind.STORY: _play_story,
    GameKind.SORT: _play_sort,
    GameKind.PAIRS: _play_pairs,
    GameKind.SPOT: _play_spot,
    GameKind.LOCK: _play_lock,
}


def _score(right: Sequence[bool]) -> dict[str, Any]:
    return {"total": len(right), "right": sum(right), "complete": all(right)}


def find_position(parts: Parts, key: str, way: str) -> tuple[Story, StoryPosition | None]:
    """The story, and where `way` leads in it; None where that is not the scene with this key, or nowhere at all."""
    story = read_story(parts)
    place = follow_path(story, way)
    return story, place if place and place.scene.key == key else None


def scene_context(story: Story, place: StoryPosition, base: str, keep: Mapping[str, str]) -> dict[str, Any]:
    """The context of a scene; `base` is the path of the game. Every address holds the whole way, so going back is following a link."""

    def address(key: str, way: str) -> str:
        query = urlencode({**keep, **({WAY: way} if way else {})})
        return f"{base}{key}/{'?' if query else ''}{query}"

    scene = place.scene
    return {
        "story": story,
        "scene": scene,
        "speaker": story.character(scene.speaker),
        "why": place.why,
        "meters": [
            ShownMeter(
                reading.meter.name, reading.value, reading.moved, tuple(n < reading.value for n in range(HIGHEST))
            )
            for reading in place.readings
        ],
        "choices": [
            ShownChoice(choice.text, address(choice.to, f"{place.way}{number}"))
            for number, choice in enumerate(scene.choices, 1)
            if choice.to in story.by_key
        ],
        "steps_back": [(step.scene.title, step.choice.text, address(step.scene.key, step.way)) for step in place.steps],
        "rewinds": [
            (step.scene.title, step.choice.text, address(step.scene.key, step.way)) for step in rewind_steps(place)
        ],
        "again": address(story.scenes[0].key, ""),
        "ending": Ending(scene.ending) if scene.ending else None,
        "endings": len(endings(story)),
        "first": not place.steps,
    }
