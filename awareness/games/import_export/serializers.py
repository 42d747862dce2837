"""A document as rows, and rows as a document. Documents are checked before (`problems`); rows have columns of the two languages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from awareness.games.enums import GameKind
from awareness.games.import_export import FORMAT, VERSION
from awareness.games.models import Game
from awareness.games.models.story import read_effects, write_effects

type Row = dict[str, Any]


@dataclass(frozen=True)
class GameRows:
    """A game as rows: its own fields, the slugs of its topics, and by the names of relations the fields of its parts in their order."""

    fields: Row
    topics: Sequence[str]
    parts: Mapping[str, list[Row]]


def document_to_rows(document: Mapping[str, Any]) -> GameRows:
    """The rows that a document stands for."""
    fields = {name: document[name] for name in ("slug", "kind", "level", "minutes")}
    for name in ("title", "summary", "closing"):
        fields |= _both(name, document[name])
    parts = {
        "sources": [{"title": source["title"], "url": source["url"]} for source in document.get("sources", [])],
        "next_steps": [{"kind": step["kind"], "slug": step["slug"]} for step in document.get("next", [])],
        **_ROWS[GameKind(document["kind"])](document),
    }
    for rows in parts.values():
        for order, row in enumerate(rows, 1):
            row["order"] = order
    return GameRows(fields, document["topics"], parts)


def _both(name: str, text: Mapping[str, str] | None) -> Row:
    return {f"{name}_{language}": (text or {}).get(language, "") for language in ("sr", "en")}


def _row(record: Mapping[str, Any], plain: Iterable[str], said: Iterable[str]) -> Row:
    row = {name: record[name] for name in plain}
    for name in said:
        row |= _both(name, record.get(name))
    return row


def _story_rows(document: Mapping[str, Any]) -> dict[str, list[Row]]:
    return {
        "meters": [_row(meter, ["key", "start"], ["name"]) for meter in document["meters"]],
        "characters": [_row(character, ["key", "look"], ["name"]) for character in document["characters"]],
        "scenes": [
            _row(scene, ["key", "speaker", "mood"], ["title", "text"]) | {"ending": scene.get("ending", "")}
            for scene in document["scenes"]
        ],
        "choices": [
            _row(choice, [], ["text", "why"])
            | {
                "scene": scene["key"],
                "leads_to": choice["to"],
                "effects": write_effects(choice.get("effects", {})),
            }
            for scene in document["scenes"]
            for choice in scene["choices"]
        ],
    }


def _sort_rows(document: Mapping[str, Any]) -> dict[str, list[Row]]:
    return {
        "bins": [_row(each, ["key"], ["name"]) for each in document["bins"]],
        "cards": [_row(card, ["bin"], ["text", "why"]) for card in document["cards"]],
    }


def _pair_rows(document: Mapping[str, Any]) -> dict[str, list[Row]]:
    return {"pairs": [_row(pair, [], ["word", "meaning", "why"]) for pair in document["pairs"]]}


def _spot_rows(document: Mapping[str, Any]) -> dict[str, list[Row]]:
    # Nothing in the format names a mock page; its number does.
    mocks = [(f"mock-{number}", scene) for number, scene in enumerate(document["scenes"], 1)]
    return {
        "mocks": [_row(scene, ["frame"], ["title"]) | {"key": key} for key, scene in mocks],
        "mock_parts": [
            _row(part, ["role", "clue"], ["text", "why"]) | {"mock": key}
            for key, scene in mocks
            for part in scene["parts"]
        ],
    }


def _lock_rows(document: Mapping[str, Any]) -> dict[str, list[Row]]:
    return {
        "viewers": [_row(viewer, ["key"], ["name"]) for viewer in document["viewers"]],
        "privacy_settings": [_row(each, ["key"], ["label", "question", "seen"]) for each in document["settings"]],
        "options": [
            _row(option, ["key", "safe", "shows"], ["text", "why"]) | {"setting": setting["key"]}
            for setting in document["settings"]
            for option in setting["options"]
        ],
    }


_ROWS = {
    GameKind.STORY: _story_rows,
    GameKind.SORT: _sort_rows,
    GameKind.PAIRS: _pair_rows,
    GameKind.SPOT: _spot_rows,
    GameKind.LOCK: _lock_rows,
}


def document_of(game: Game) -> dict[str, Any]:
    """The document that a stored game stands for; what has its default is left out or null, as the format has it."""
    document: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    document |= {name: getattr(game, name) for name in ("slug", "kind", "level", "minutes")}
    document["topics"] = list(game.topics.order_by("order", "pk").values_list("slug", flat=True))
    document |= _said(game, "title", "summary", "closing")
    document["sources"] = [{"title": source.title, "url": source.url} for source in game.sources.all()]
    document["next"] = [{"kind": step.kind, "slug": step.slug} for step in game.next_steps.all()]
    return document | _WRITTEN[GameKind(game.kind)](game)


def _said(row: Any, *names: str) -> Row:
    texts = {name: {language: getattr(row, f"{name}_{language}") or "" for language in ("sr", "en")} for name in names}
    return {name: text if any(text.values()) else None for name, text in texts.items()}


def _of(rows: Iterable[Any], column: str, key: str) -> list[Any]:
    return [row for row in rows if getattr(row, column) == key]


def _write_story(game: Game) -> Row:
    choices = list(game.choices.all())
    return {
        "meters": [{"key": row.key, **_said(row, "name"), "start": row.start} for row in game.meters.all()],
        "characters": [{"key": row.key, **_said(row, "name"), "look": row.look} for row in game.characters.all()],
        "scenes": [
            {
                "key": scene.key,
                "speaker": scene.speaker,
                "mood": scene.mood,
                **_said(scene, "title", "text"),
                "choices": [
                    {
                        **_said(choice, "text"),
                        "to": choice.leads_to,
                        **_said(choice, "why"),
                        "effects": read_effects(choice.effects),
                    }
                    for choice in _of(choices, "scene", scene.key)
                ],
                "ending": scene.ending,
            }
            for scene in game.scenes.all()
        ],
    }


def _write_sort(game: Game) -> Row:
    return {
        "bins": [{"key": row.key, **_said(row, "name")} for row in game.bins.all()],
        "cards": [{**_said(row, "text"), "bin": row.bin, **_said(row, "why")} for row in game.cards.all()],
    }


def _write_pairs(game: Game) -> Row:
    return {"pairs": [_said(row, "word", "meaning", "why") for row in game.pairs.all()]}


def _write_spot(game: Game) -> Row:
    parts = list(game.mock_parts.all())
    return {
        "scenes": [
            {
                "frame": mock.frame,
                **_said(mock, "title"),
                "parts": [
                    {"role": part.role, **_said(part, "text"), "clue": part.clue, **_said(part, "why")}
                    for part in _of(parts, "mock", mock.key)
                ],
            }
            for mock in game.mocks.all()
        ]
    }


def _write_lock(game: Game) -> Row:
    options = list(game.options.all())
    return {
        "viewers": [{"key": row.key, **_said(row, "name")} for row in game.viewers.all()],
        "settings": [
            {
                "key": setting.key,
                **_said(setting, "label", "question", "seen"),
                "options": [
                    {"key": row.key, **_said(row, "text"), "shows": row.shows, "safe": row.safe, **_said(row, "why")}
                    for row in _of(options, "setting", setting.key)
                ],
            }
            for setting in game.privacy_settings.all()
        ],
    }


_WRITTEN = {
    GameKind.STORY: _write_story,
    GameKind.SORT: _write_sort,
    GameKind.PAIRS: _write_pairs,
    GameKind.SPOT: _write_spot,
    GameKind.LOCK: _write_lock,
}
