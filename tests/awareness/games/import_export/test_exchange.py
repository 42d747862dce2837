"""JSON import and export of games: round trips, and errors with their paths."""

import json
from collections.abc import Callable
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from awareness.games.content_data import complete_content
from awareness.games.import_export.serializers import document_of
from awareness.games.import_export.validation import document_problems, read_json
from awareness.games.kinds.registry import GAME_KINDS
from awareness.games.models import Game
from awareness.publishing.models import Version
from hotline.categories import CATEGORIES
from tests.awareness.seed import TOPICS, game_documents
from tests.factories.games import DOCUMENTS, SORT, STORY, games_writer, make_game

SLUGS = {facts.slug for facts in TOPICS}


def whole(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with explicit defaults and sorted topics."""
    document = deepcopy(document)
    document |= complete_content(document["kind"], document)
    document["topics"].sort()
    return document


@pytest.mark.django_db
def test_an_imported_game_exports_the_same_document() -> None:
    for document in DOCUMENTS.values():
        assert whole(document_of(make_game(document))) == whole(document)


@pytest.mark.django_db
def test_the_migration_stores_the_content_of_the_files() -> None:
    for document in game_documents():
        assert document_problems(document, SLUGS) == []
        game = Game.objects.get(slug=document["slug"])
        assert whole(document_of(game)) == whole(document)
        assert game.published_at is not None
        assert game.published_at.isoformat() == "2026-01-01T00:00:00+00:00"


WRONG: list[tuple[str, Callable[[dict[str, Any]], object], list[str]]] = [
    ("story", lambda d: d.update(kind="chess"), [f"kind: must be one of {', '.join(GAME_KINDS)}"]),
    ("story", lambda d: d.update(slug="klik"), ["slug: belongs to another page"]),
    ("story", lambda d: d.pop("minutes"), ["'minutes' is a required property"]),
    ("story", lambda d: d.update(topics=["phishing", "nope", "phishing"]),
        ["topics[1]: there is no topic nope", "topics[2]: duplicate value phishing"]),
    ("story", lambda d: d["scenes"][0]["choices"][1].update(to="gone"),
        ["scenes[0].choices[1].to: there is no scene gone", "scenes[1]: no choice leads to this scene",
        "scenes[3]: no choice leads to this scene"]),
    ("story", lambda d: d["scenes"][1].update(picture="none", echoes=[{"choice": "never", "text": {"sr": "а", "en": "a"}}]),
        ["scenes[1].echoes[0].choice: there is no choice never", "scenes[1].picture: there is no drawing none",
        "scenes[1].alt: is missing"]),
    ("path", lambda d: d["crossings"][0]["ways"][0].update(safe=False), ["crossings[0].ways: at least one must be safe and one unsafe"]),
    ("story", lambda d: d["scenes"][3].update(ending=""), ["scenes[3]: has neither choices nor an ending"]),
    ("story", lambda d: d["scenes"][0].update(ending="good"), ["scenes[0]: has both choices and an ending"]),
    ("story", lambda d: d["scenes"][0].update(speaker="nobody"), ["scenes[0].speaker: there is no character nobody"]),
    ("story", lambda d: d["scenes"][0]["choices"][0]["effects"].update(luck=1), ["scenes[0].choices[0].effects: there is no meter luck"]),
    ("story", lambda d: d["scenes"][1].update(key="start"),
        ["scenes[1].key: duplicate value start", "scenes[0].choices[1].to: there is no scene wait",
        "scenes[3]: no choice leads to this scene"]),
    ("story", lambda d: d["scenes"][0].update(surprise=1),
        ["scenes[0].surprise: unknown key 'surprise'"]),
    ("sort", lambda d: d["next"][3].update(slug="x"), ["next[3].slug: help has no address of its own"]),
    ("sort", lambda d: d["next"][0].update(slug=""), ["next[0].slug: is missing"]),
    ("sort", lambda d: d["next"][2].update(slug="x"), [f"next[2].slug: must be empty or one of {', '.join(CATEGORIES)}"]),
    ("sort", lambda d: d["sources"][0].update(url="javascript:alert(1)"), ["sources[0].url: 'javascript:alert(1)' does not match '^(https?://\\\\S+)?$'"]),
    ("pairs", lambda d: d["pairs"][3].update(meaning=d["pairs"][0]["meaning"]),
        ["pairs[3].meaning.sr: duplicate value Значење a", "pairs[3].meaning.en: duplicate value Meaning a"]),
    ("spot", lambda d: d["scenes"][1]["parts"][0].update(clue=False), ["scenes[1].parts: at least one must be a clue"]),
    ("lock", lambda d: d["settings"][0]["options"][0].update(safe=False),
        ["settings[0].options: at least one must be safe and one unsafe"]),
    ("lock", lambda d: d["settings"][1]["options"][1].update(shows=["ghost"]), ["settings[1].options[1].shows: there is no viewer ghost"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "spoil", "problems"), WRONG)
def test_each_problem_is_named_with_its_place(
    kind: str, spoil: Callable[[dict[str, Any]], object], problems: list[str]
) -> None:
    document = deepcopy(DOCUMENTS[kind])
    spoil(document)
    assert [str(problem) for problem in document_problems(document, SLUGS)] == problems


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xff\xfe{}", "byte 0: not UTF-8"),
        (b"", "line 1, column 1: Expecting value"),
        (b'{"a": 1,\n  b}', "line 2, column 3"),
        (b'{"a": NaN}', "not JSON: NaN is not a JSON number"),
        (b"[" * 200_000, "not JSON"),
    ],
)
def test_invalid_json_is_reported_with_its_position(data: bytes, problem: str) -> None:
    document, problems = read_json(data)
    assert document is None
    assert str(problems[0]).startswith(problem)


@pytest.mark.django_db
class TestCommands:
    def write(self, folder: Path, *documents: dict[str, Any]) -> list[str]:
        paths = [folder / f"{document['slug']}-{number}.json" for number, document in enumerate(documents)]
        for path, document in zip(paths, documents, strict=True):
            path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return [str(path) for path in paths]

    def run(self, *args: str, **options: Any) -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        try:
            call_command("import_games", *args, stdout=out, stderr=err, **options)
        except CommandError as error:
            err.write(str(error))
        return out.getvalue(), err.getvalue()

    def test_new_games_are_drafts_and_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        games_writer()
        paths = self.write(tmp_path, SORT, STORY)
        assert self.run(*paths, "--dry-run") == ("2 new, 0 changed, 0 unchanged\n", "")
        assert not Game.objects.filter(slug="made-sort").exists()
        assert self.run(*paths, actor="writer")[0] == "2 new, 0 changed, 0 unchanged\n2 written\n"
        assert Game.objects.get(slug="made-sort").published_at is None
        assert self.run(*paths, actor="writer")[0] == "0 new, 0 changed, 2 unchanged\n0 written\n"
        assert Version.objects.filter(kind="games.game").count() == 2

    def test_a_changed_game_keeps_its_dates_and_gets_a_version(self, tmp_path: Path) -> None:
        game = make_game(SORT)
        changed = deepcopy(SORT)
        changed["cards"].append(deepcopy(changed["cards"][0]))
        changed["cards"][-1]["text"]["sr"] = "Четврта"
        out, _err = self.run(*self.write(tmp_path, changed), actor="writer")
        assert out == "0 new, 1 changed, 0 unchanged\n1 written\n"
        after = Game.objects.get(slug="made-sort")
        assert (after.pk, after.published_at, after.revision) == (game.pk, game.published_at, 2)
        assert [card["text"]["sr"] for card in after.content["cards"]][-1] == "Четврта"

    def test_one_bad_file_prevents_the_import_of_all(self, tmp_path: Path) -> None:
        games_writer()
        bad = deepcopy(SORT) | {"slug": "bad", "cards": []}
        paths = [*self.write(tmp_path, STORY, bad, STORY), str(tmp_path / "missing.json")]
        out, err = self.run(*paths, actor="writer")
        assert out == ""
        assert f"{paths[1]}: cards: [] is too short" in err
        assert f"{paths[2]}: slug: made-story is in another file too" in err
        assert f"{paths[3]}: cannot be read: No such file or directory" in err
        assert err.endswith("Nothing was written.")
        assert not Game.objects.filter(slug="made-story").exists()

    def test_an_unknown_actor_is_refused(self, tmp_path: Path) -> None:
        _out, err = self.run(*self.write(tmp_path, SORT), actor="nobody")
        assert err == "Nothing was written: --actor must name an active user."
        assert not Game.objects.filter(slug="made-sort").exists()

    def test_an_exported_file_can_be_imported(self, tmp_path: Path) -> None:
        make_game(SORT)
        out = StringIO()
        call_command("export_games", "made-sort", stdout=out)
        assert whole(json.loads(out.getvalue())) == whole(SORT)
        call_command("export_games", to=str(tmp_path))
        files = sorted(tmp_path.glob("*.json"))
        assert len(files) == Game.objects.count()
        found, err = self.run(*map(str, files), "--dry-run")
        assert (found, err) == (f"0 new, 0 changed, {len(files)} unchanged\n", "")

    def test_a_slug_that_names_nothing_is_refused(self) -> None:
        with pytest.raises(CommandError, match="There is no game nothing"):
            call_command("export_games", "nothing")
