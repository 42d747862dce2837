"""Conversion between validated JSON documents and the fields of a game."""

from collections.abc import Mapping
from typing import Any, Final

from awareness.games.content_data import complete_content, lists_of
from awareness.games.import_export import FORMAT, VERSION
from awareness.games.models import Game

type Row = dict[str, Any]

_COLUMNS: Final = ("slug", "kind", "level", "minutes")
_TEXTS: Final = ("title", "summary", "closing")


def document_to_fields(document: Mapping[str, Any]) -> Row:
    """Convert a document to the fields of a game, without its topics."""
    fields = {name: document[name] for name in _COLUMNS}
    for name in _TEXTS:
        fields |= {f"{name}_{language}": (document[name] or {}).get(language, "") for language in ("sr", "en")}
    return fields | {"content": complete_content(document["kind"], dict(document))}


def document_of(game: Game) -> Row:
    """Convert a stored game to a document. Missing texts are null."""
    document: Row = {"format": FORMAT, "version": VERSION}
    document |= {name: getattr(game, name) for name in _COLUMNS}
    document["topics"] = list(game.topics.order_by("order", "pk").values_list("slug", flat=True))
    for name in _TEXTS:
        both = {language: getattr(game, f"{name}_{language}") or "" for language in ("sr", "en")}
        document[name] = both if any(both.values()) else None
    return document | {each.name: game.content[each.name] for each in lists_of(game.kind)}
