"""JSON Schema (2020-12) of a game. `validation` checks references between rows."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from awareness.games.content_data import lists_of
from awareness.games.fields import NOT_BLANK, SLUG, Schema, record, text_schema
from awareness.games.import_export import FORMAT, VERSION
from awareness.games.kinds.registry import GAME_KINDS
from awareness.publishing.audiences import Level
from clicksafely.common.content.schema import error_places

MAX_QUOTE_LENGTH = 60


def schema_of(kind: str) -> Schema:
    """Return the schema of a complete document of this kind."""
    optional = tuple(each.name for each in lists_of(kind) if each.optional)
    lists: dict[str, Any] = {each.name: each.schema() for each in lists_of(kind)}
    return record(
        optional=optional,
        format={"const": FORMAT},
        version={"const": VERSION},
        slug=SLUG,
        kind={"enum": list(GAME_KINDS)},
        level={"enum": list(Level.values)},
        minutes={"type": "integer", "minimum": 1, "maximum": 60},
        topics={"type": "array", "items": SLUG, "maxItems": 12},
        title=text_schema(160),
        summary=text_schema(300),
        closing=text_schema(600),
        **lists,
    )


@cache
def draft_schema(kind: str) -> Schema:
    """Return the schema of stored content: texts may be blank and lists short."""
    lists: dict[str, Any] = {each.name: each.schema() for each in lists_of(kind)}
    schema: Schema = _relaxed(record(**lists))
    return schema


def schema_problems(schema: Schema, document: Any) -> list[tuple[str, str]]:
    """Return what violates a schema, as (place, message)."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - web processes that save no game do not need it

    errors = sorted(
        Draft202012Validator(schema).iter_errors(document), key=lambda error: [str(part) for part in error.path]
    )
    return [(place_of(place), _cut(message)) for error in errors for place, message in error_places(error)]


def draft_problems(kind: str, content: Any) -> list[str]:
    """Return what prevents storing this content. The form allows none of it."""
    return [f"{place}: {what}" for place, what in schema_problems(draft_schema(kind), content)]


def place_of(path: Iterable[str | int]) -> str:
    """Return a path as text: `scenes[2].choices[0].to`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _relaxed(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            name: _relaxed(each)
            for name, each in schema.items()
            if name != "minItems" and not (name == "pattern" and each == NOT_BLANK)
        }
    return [_relaxed(each) for each in schema] if isinstance(schema, list) else schema


def _cut(message: str) -> str:
    return (
        message
        if len(message) <= 2 * MAX_QUOTE_LENGTH
        else f"{message[:MAX_QUOTE_LENGTH]} … {message[-MAX_QUOTE_LENGTH:]}"
    )
