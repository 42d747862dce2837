"""The JSON Schema (2020-12) of a game. What a schema cannot say, that keys name something, is in `problems`."""

from typing import Any, Final

from awareness.games.enums import Ending, Frame, GameKind, Look, Mood, Role
from awareness.games.import_export import FORMAT, VERSION
from awareness.games.rules.story import HIGHEST, MOST_CHOICES
from awareness.publishing.audiences import Level
from awareness.publishing.next_steps import NextKind

KEY: Final = {"type": "string", "pattern": r"^[a-z0-9][a-z0-9-]{0,39}$"}
SLUG: Final = {"type": "string", "pattern": r"^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80}


def said(most: int) -> dict[str, Any]:
    """A text in both languages."""
    text = {"type": "string", "pattern": r"\S", "maxLength": most}
    return _record(sr=text, en=text)


def maybe(most: int) -> dict[str, Any]:
    """The same, or nothing."""
    return {"anyOf": [{"type": "null"}, said(most)]}


def _record(*, optional: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _list(item: dict[str, Any], least: int = 1, most: int = 100) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least, "maxItems": most}


def _one_of(values: Any) -> dict[str, Any]:
    return {"enum": list(values)}


def _number(least: int, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most}


CHOICE: Final = _record(
    optional=("why", "effects"),
    text=said(160),
    to=KEY,
    why=maybe(240),
    effects={
        "type": "object",
        "propertyNames": KEY,
        "additionalProperties": _number(-HIGHEST, HIGHEST),
        "maxProperties": 4,
    },
)
STORY: Final = {
    "meters": _list(_record(key=KEY, name=said(40), start=_number(0, HIGHEST)), 0, 4),
    "characters": _list(_record(key=KEY, name=said(60), look=_one_of(Look.values)), 0, 12),
    "scenes": _list(
        _record(
            optional=("ending",),
            key=KEY,
            speaker={"anyOf": [{"const": ""}, KEY]},
            mood=_one_of(Mood.values),
            title=said(80),
            text=said(700),
            choices=_list(CHOICE, 0, MOST_CHOICES),
            ending=_one_of(["", *Ending.values]),
        )
    ),
}
SORT: Final = {
    "bins": _list(_record(key=KEY, name=said(60)), 2, 5),
    "cards": _list(_record(text=said(120), bin=KEY, why=said(240)), 2, 40),
}
PAIRS: Final = {
    "pairs": _list(_record(optional=("why",), word=said(60), meaning=said(160), why=maybe(240)), 2, 20),
}
SPOT: Final = {
    "scenes": _list(
        _record(
            frame=_one_of(Frame.values),
            title=said(120),
            parts=_list(
                _record(role=_one_of(Role.values), text=said(240), clue={"type": "boolean"}, why=said(240)), 2, 20
            ),
        ),
        1,
        10,
    ),
}
LOCK: Final = {
    "viewers": _list(_record(key=KEY, name=said(60)), 2, 6),
    "settings": _list(
        _record(
            key=KEY,
            label=said(80),
            question=said(200),
            seen=said(80),
            options=_list(
                _record(
                    key=KEY,
                    text=said(100),
                    shows={"type": "array", "items": KEY, "uniqueItems": True},
                    safe={"type": "boolean"},
                    why=said(240),
                ),
                2,
                6,
            ),
        ),
        1,
        20,
    ),
}
OF_KIND: Final = {
    GameKind.STORY: STORY,
    GameKind.SORT: SORT,
    GameKind.PAIRS: PAIRS,
    GameKind.SPOT: SPOT,
    GameKind.LOCK: LOCK,
}


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of a game of this kind."""
    return _record(
        optional=("sources", "next"),
        format={"const": FORMAT},
        version={"const": VERSION},
        slug=SLUG,
        kind=_one_of(GameKind.values),
        level=_one_of(Level.values),
        minutes=_number(1, 60),
        topics=_list(SLUG, 0, 12),
        title=said(160),
        summary=said(300),
        closing=said(600),
        sources=_list(
            _record(
                title={"type": "string", "minLength": 1, "maxLength": 200},
                url={"type": "string", "pattern": r"^(https?://\S+)?$"},
            ),
            0,
            12,
        ),
        next=_list(
            _record(kind=_one_of(NextKind.values), slug={"anyOf": [{"const": ""}, SLUG]}),
            0,
            8,
        ),
        **OF_KIND[GameKind(kind)],
    )
