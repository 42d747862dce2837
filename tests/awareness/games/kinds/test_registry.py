"""What must exist for each game kind, and a kind that is added and removed within a test."""

import inspect
import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.template.loader import get_template
from django.test import Client
from django.utils import translation

import awareness.games
from awareness.games.content_data import content_texts, lists_of, localize
from awareness.games.fields import Rows
from awareness.games.import_export.schema import draft_problems, draft_schema, schema_of
from awareness.games.import_export.serializers import document_of
from awareness.games.import_export.validation import document_problems
from awareness.games.kinds.base import GameKind
from awareness.games.kinds.pairs import Pairs
from awareness.games.kinds.registry import GAME_KINDS
from awareness.games.models import Game
from tests.clients.games import html
from tests.clients.staff import signed_in
from tests.factories.games import DOCUMENTS, PAIRS, make_game

HERE = Path(awareness.games.__file__).parent
BASE_DIR = HERE.parent.parent
TEMPLATES = BASE_DIR / "templates"

of_each_kind = pytest.mark.parametrize("kind", GAME_KINDS.values(), ids=lambda kind: kind.code)


def every_list(kind: str) -> list[Rows]:
    found = list(lists_of(kind))
    for rows in found:
        found += rows.lists
    return found


@of_each_kind
def test_a_kind_has_a_module_of_its_code(kind: GameKind) -> None:
    assert Path(inspect.getfile(type(kind))) == HERE / "kinds" / f"{kind.code}.py"
    assert len(kind.code) <= (Game._meta.get_field("kind").max_length or 0)


@of_each_kind
def test_a_kind_has_its_texts_in_both_languages(kind: GameKind) -> None:
    for rows in every_list(kind.code):
        words = [kind.label, rows.item, rows.items, *(field.label for field in rows.fields)]
        words += [field.help_text for field in rows.fields if field.help_text]
        for each in words:
            texts = []
            for language in ("sr", "en"):
                with translation.override(language):
                    texts.append(str(each))
            assert texts[0] != texts[1], texts


@of_each_kind
def test_a_kind_has_a_template(kind: GameKind) -> None:
    get_template(f"public/games/{kind.template}.html")


@of_each_kind
def test_a_form_names_a_script_that_exists(kind: GameKind) -> None:
    source = (TEMPLATES / "public" / "games" / f"{kind.template}.html").read_text()
    scripts = re.findall(r"{% static '([^']+)' %}", source)
    assert [name for name in scripts if not (BASE_DIR / "static" / name).is_file()] == []
    assert bool(scripts) == ("data-script=" in source)


@of_each_kind
def test_the_documentation_has_the_format_of_a_kind(kind: GameKind) -> None:
    assert f"\n| `{kind.code}` | " in (BASE_DIR / "docs" / "formats.md").read_text(), (
        f"docs/formats.md: no row {kind.code}"
    )


@of_each_kind
def test_a_kind_has_a_factory_and_its_content_is_valid(kind: GameKind) -> None:
    assert kind.code in DOCUMENTS, f"tests/factories/games.py: DOCUMENTS has no {kind.code}"
    document = DOCUMENTS[kind.code]
    assert document_problems(document, document["topics"]) == []
    for schema in (schema_of(kind.code), draft_schema(kind.code)):
        # Plain JSON: no lazy text is left.
        json.dumps(schema)


@of_each_kind
def test_lists_refer_to_lists_that_have_keys(kind: GameKind) -> None:
    lists = {rows.name: rows for rows in lists_of(kind.code)}
    for rows in every_list(kind.code):
        names = [field.name for field in rows.fields]
        assert rows.shown in names
        assert len({*names, *(each.name for each in rows.lists), "ORDER", "DELETE"}) == len(names) + len(rows.lists) + 2
        for field in rows.fields:
            assert not field.refers or "key" in [each.name for each in lists[field.refers].fields]


def test_only_the_kinds_know_the_codes() -> None:
    """Other code asks the kind of a game."""
    compares = re.compile(r"\.kind\s*(?:==|!=)\s*[\"']|\.kind\s+(?:not )?in\s*[({\[]|GameKind\.[A-Z]")
    files = [
        *(path for path in HERE.rglob("*.py") if "kinds" not in path.relative_to(HERE).parts),
        *TEMPLATES.glob("*/games/**/*.html"),
    ]
    assert len(files) > 30
    assert [str(path) for path in files if compares.search(path.read_text("utf-8"))] == []


def test_the_search_reads_list_by_list() -> None:
    content = {"scenes": [{"title": {"sr": "а", "en": ""}, "frame": "shop", "round": 1,
        "parts": [{"role": "text", "clue": True, "text": {"sr": "б", "en": ""}, "why": {"sr": "в", "en": ""}}]}] * 2,
        "sources": [], "next": []}  # fmt: skip
    assert list(content_texts("spot", content, "sr")) == ["а", "а", "б", "в", "б", "в"]
    assert list(content_texts("spot", content, "en")) == []
    assert localize(content, "en")["scenes"][0]["title"] == "а"


# --- A kind of another module -----------------------------------------------------------------------------------------


class Twins(Pairs):
    """Pairs with another name."""

    code = "twins"
    label = "Twins"


@pytest.fixture
def twins(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The document of a registered kind. A real one is also in the constraint of the table."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE games_game DROP CONSTRAINT game_kind_known")
    monkeypatch.setitem(GAME_KINDS, "twins", Twins())  # type: ignore[misc]
    other_constraints = [each for each in Game._meta.constraints if each.name != "game_kind_known"]
    monkeypatch.setattr(Game._meta, "constraints", other_constraints)
    return deepcopy(PAIRS) | {"kind": "twins", "slug": "made-twins"}


def test_an_added_kind_is_imported_played_edited_and_exported(twins: dict[str, Any]) -> None:
    game = make_game(twins)
    assert document_of(game)["pairs"] == [pair | {"picture": "", "round": 1} for pair in twins["pairs"]]
    assert "Word a" in html(Client(), "/en/games/made-twins/")
    assert "It means" in html(Client(), "/en/games/made-twins/?done=1")
    editor = signed_in("urednica", "editor")
    page = editor.client.get(f"/admin/games/game/{game.pk}/change/").content.decode()
    assert 'name="pairs-7-word_sr"' in page
    assert '<option value="twins">Twins</option>' in editor.client.get("/admin/games/game/add/").content.decode()


def test_a_removed_kind_is_refused() -> None:
    kinds = ", ".join(GAME_KINDS)
    assert [str(each) for each in document_problems(PAIRS | {"kind": "twins"}, [])] == [f"kind: must be one of {kinds}"]
    assert draft_problems("pairs", {"pairs": []}) != []
