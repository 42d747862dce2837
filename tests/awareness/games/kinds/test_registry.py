"""What must exist for each game kind."""

import inspect
import json
import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.utils import translation

import awareness.games
from awareness.games.content_data import content_texts, lists_of, localize
from awareness.games.fields import Rows
from awareness.games.import_export.schema import draft_problems, draft_schema, schema_of
from awareness.games.import_export.validation import document_problems
from awareness.games.kinds.base import GameKind
from awareness.games.kinds.registry import GAME_KINDS
from awareness.games.models import Game
from tests.factories.games import DOCUMENTS, PAIRS

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
def test_a_kind_has_its_module_its_template_and_its_scripts(kind: GameKind) -> None:
    assert Path(inspect.getfile(type(kind))) == HERE / "kinds" / f"{kind.code}.py"
    assert len(kind.code) <= (Game._meta.get_field("kind").max_length or 0)
    get_template(f"public/games/{kind.template}.html")
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


def test_the_search_reads_list_by_list() -> None:
    content = {"scenes": [{"title": {"sr": "а", "en": ""}, "frame": "shop", "round": 1,
        "parts": [{"role": "text", "clue": True, "text": {"sr": "б", "en": ""}, "why": {"sr": "в", "en": ""}}]}] * 2,
        "sources": [], "next": []}  # fmt: skip
    assert list(content_texts("spot", content, "sr")) == ["а", "а", "б", "в", "б", "в"]
    assert list(content_texts("spot", content, "en")) == []
    assert localize(content, "en")["scenes"][0]["title"] == "а"


def test_an_unknown_kind_is_refused() -> None:
    kinds = ", ".join(GAME_KINDS)
    assert [str(each) for each in document_problems(PAIRS | {"kind": "twins"}, [])] == [f"kind: must be one of {kinds}"]
    assert draft_problems("pairs", {"pairs": []}) != []
