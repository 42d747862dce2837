"""What is wrong with a document, each problem with its place as a path: `scenes[2].choices[0].to`."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from awareness.games.enums import GameKind
from awareness.games.import_export.schema import schema_of
from awareness.games.rules.story import Scene, Story, StoryChoice
from awareness.games.rules.story_graph import StoryFault, story_faults
from awareness.publishing.next_steps import KINDS_WITHOUT_RECORD, NextKind, ReportCategory

LONGEST_QUOTE = 60
_FAULTS = {
    StoryFault.UNREACHABLE: "no way leads to this scene",
    StoryFault.DEAD_END: "neither choices nor an ending",
    StoryFault.GOES_ON: "an ending with choices",
    StoryFault.ENDLESS: "from here no way comes to an end",
}


class DocumentProblem(NamedTuple):
    """Something that keeps a document from being imported: `place` is empty where it is the whole."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" if self.place else self.what


def read_json(data: bytes) -> tuple[Any, list[DocumentProblem]]:
    """What the file holds, or why it holds nothing."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse), []
    except UnicodeDecodeError as error:
        return None, [DocumentProblem(f"byte {error.start}", "not UTF-8")]
    except json.JSONDecodeError as error:
        return None, [DocumentProblem(f"line {error.lineno}, column {error.colno}", error.msg)]
    except (ValueError, RecursionError) as error:
        return None, [DocumentProblem("", f"not JSON: {error}")]


def document_problems(document: Any, topics: Collection[str]) -> list[DocumentProblem]:
    """Everything that is wrong; `topics` are the slugs that there are."""
    kind = document.get("kind") if isinstance(document, dict) else None
    if kind not in GameKind.values:
        return [DocumentProblem("kind", f"must be one of {', '.join(GameKind.values)}")]
    errors = sorted(
        Draft202012Validator(schema_of(kind)).iter_errors(document), key=lambda error: [str(p) for p in error.path]
    )
    found = [DocumentProblem(_place(error.absolute_path), _cut(error.message)) for error in errors]
    if found:
        return found
    return [*_of_frame(document, topics), *_OF_KIND[GameKind(kind)](document)]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _place(path: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _cut(message: str) -> str:
    return message if len(message) <= 2 * LONGEST_QUOTE else f"{message[:LONGEST_QUOTE]} … {message[-LONGEST_QUOTE:]}"


def _of_frame(document: dict[str, Any], topics: Collection[str]) -> Iterator[DocumentProblem]:
    for number, slug in enumerate(document["topics"]):
        if slug not in topics:
            yield DocumentProblem(f"topics[{number}]", f"there is no topic {slug}")
    yield from _twice(document["topics"], "topics[{}]")
    for number, step in enumerate(document.get("next", [])):
        place = f"next[{number}].slug"
        if step["kind"] == NextKind.REPORT and step["slug"] not in {"", *ReportCategory.values}:
            yield DocumentProblem(place, f"must be empty or one of {', '.join(ReportCategory.values)}")
        elif step["kind"] == NextKind.HELP and step["slug"]:
            yield DocumentProblem(place, "help has no address of its own")
        elif step["kind"] not in KINDS_WITHOUT_RECORD and not step["slug"]:
            yield DocumentProblem(place, "is missing")


def _twice(keys: Iterable[str], place: str) -> Iterator[DocumentProblem]:
    """Keys that are there more than once, from the second on."""
    seen: Counter[str] = Counter()
    for number, key in enumerate(keys):
        seen[key] += 1
        if seen[key] > 1:
            yield DocumentProblem(place.format(number), f"{key} is there twice")


def _keys(records: Iterable[dict[str, Any]]) -> list[str]:
    return [record["key"] for record in records]


def _of_story(document: dict[str, Any]) -> Iterator[DocumentProblem]:
    scenes, meters, characters = document["scenes"], _keys(document["meters"]), _keys(document["characters"])
    yield from _twice(meters, "meters[{}].key")
    yield from _twice(characters, "characters[{}].key")
    yield from _twice(_keys(scenes), "scenes[{}].key")
    for number, scene in enumerate(scenes):
        if scene["speaker"] and scene["speaker"] not in characters:
            yield DocumentProblem(f"scenes[{number}].speaker", f"there is no character {scene['speaker']}")
        for place, choice in enumerate(scene["choices"]):
            if choice["to"] not in _keys(scenes):
                yield DocumentProblem(f"scenes[{number}].choices[{place}].to", f"there is no scene {choice['to']}")
            for meter in choice.get("effects", {}):
                if meter not in meters:
                    yield DocumentProblem(f"scenes[{number}].choices[{place}].effects", f"there is no meter {meter}")
    story = Story(
        tuple(
            Scene(
                scene["key"], "", "", ending=scene.get("ending", ""),
                choices=tuple(StoryChoice("", choice["to"]) for choice in scene["choices"]),
            )
            for scene in scenes
        )
    )  # fmt: skip
    order = _keys(scenes)
    for found in story_faults(story):
        if found.fault != StoryFault.MISSING:
            yield DocumentProblem(f"scenes[{order.index(found.scene)}]", _FAULTS[found.fault])


def _of_sort(document: dict[str, Any]) -> Iterator[DocumentProblem]:
    bins = _keys(document["bins"])
    yield from _twice(bins, "bins[{}].key")
    for number, card in enumerate(document["cards"]):
        if card["bin"] not in bins:
            yield DocumentProblem(f"cards[{number}].bin", f"there is no bin {card['bin']}")


def _of_pairs(document: dict[str, Any]) -> Iterator[DocumentProblem]:
    for language in ("sr", "en"):
        for name in ("word", "meaning"):
            yield from _twice((pair[name][language] for pair in document["pairs"]), f"pairs[{{}}].{name}.{language}")


def _of_spot(document: dict[str, Any]) -> Iterator[DocumentProblem]:
    for number, scene in enumerate(document["scenes"]):
        if not any(part["clue"] for part in scene["parts"]):
            yield DocumentProblem(f"scenes[{number}].parts", "none of them is a clue")


def _of_lock(document: dict[str, Any]) -> Iterator[DocumentProblem]:
    viewers = _keys(document["viewers"])
    yield from _twice(viewers, "viewers[{}].key")
    yield from _twice(_keys(document["settings"]), "settings[{}].key")
    for number, setting in enumerate(document["settings"]):
        place = f"settings[{number}].options"
        yield from _twice(_keys(setting["options"]), f"{place}[{{}}].key")
        safe = sum(option["safe"] for option in setting["options"])
        if not 0 < safe < len(setting["options"]):
            yield DocumentProblem(place, "some must be safe and some not")
        for at, option in enumerate(setting["options"]):
            for viewer in option["shows"]:
                if viewer not in viewers:
                    yield DocumentProblem(f"{place}[{at}].shows", f"there is no viewer {viewer}")


_OF_KIND = {
    GameKind.STORY: _of_story,
    GameKind.SORT: _of_sort,
    GameKind.PAIRS: _of_pairs,
    GameKind.SPOT: _of_spot,
    GameKind.LOCK: _of_lock,
}
