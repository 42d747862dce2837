"""Admin of games: parts by kind, validation, editor hints, graph, preview, and versions."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import ModelMultipleChoiceField, MultipleChoiceField
from django.template.response import TemplateResponse
from django.utils import timezone, translation

from awareness.games.content_data import lists_of
from awareness.games.editor_hints import game_hints
from awareness.games.forms import ADD, ContentEditor, RowFormSet
from awareness.games.import_export.serializers import document_of
from awareness.games.models import Game
from awareness.publishing.drafts import save_draft
from awareness.publishing.models import Draft, Version
from awareness.publishing.versions import serialize_record
from tests.awareness.publishing.test_forms import errors_at
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person, make_group, signed_in
from tests.factories.games import DOCUMENTS, SORT, STORY, make_game

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Person:
    person = signed_in("urednica", "editor")
    person.client.cookies["lang"] = "en"
    return person


def address(game: Game, page: str = "change") -> str:
    return f"/admin/games/game/{game.pk}/{page}/"


def forms_in(formsets: Iterable[RowFormSet]) -> Iterator[Any]:
    """Yield the forms of all rows, with their lists."""
    for formset in formsets:
        yield formset.management_form
        for form in formset.forms:
            yield form
            yield from forms_in(form.inner)  # type: ignore[attr-defined]


def change_content(game: Game, spoil: Callable[[dict[str, Any]], object]) -> Game:
    """Change the content of a game, past its form."""
    spoil(game.content)
    game.save()
    return Game.objects.get(pk=game.pk)


def form_of(person: Person, game: Game, **changes: Any) -> dict[str, Any]:
    """Return the data of a game's form, as on its page, without rendering the page."""
    with patch.object(TemplateResponse, "rendered_content", ""):
        context = person.client.get(address(game)).context_data
    data: dict[str, Any] = {"opened": context["opened"]}
    content = context["adminform"].form["content"].value()
    for form in [context["adminform"].form, *forms_in(ContentEditor(game.kind, content).formsets)]:
        for field in form:
            value = field.value()
            if field.html_name.endswith("_at"):
                data |= {
                    f"{field.html_name}_0": value.date().isoformat() if value else "",
                    f"{field.html_name}_1": value.strftime("%H:%M:%S") if value else "",
                }
            elif field.html_name not in {"opened", "content"}:
                name = field.html_name
                several = isinstance(field.field, MultipleChoiceField | ModelMultipleChoiceField)
                data[name] = list(value or ()) if several else "" if value is None else value
    return {name: value for name, value in (data | changes).items() if value is not False}


@pytest.mark.parametrize("kind", list(DOCUMENTS))
def test_a_form_has_the_parts_of_its_kind_and_saves_them(editor: Person, kind: str) -> None:
    game = make_game(DOCUMENTS[kind])
    before = document_of(game)
    data = form_of(editor, game)
    for rows in lists_of(kind):
        assert data[f"{rows.name}-INITIAL_FORMS"] == len(game.content[rows.name])
    response = editor.client.post(address(game), data)
    assert response.status_code == 302, response.context["errors"]
    assert document_of(Game.objects.get(pk=game.pk)) == before


def test_a_new_game_gets_its_parts_with_its_first_saving(editor: Person) -> None:
    page = PageReader(editor.client.get("/admin/games/game/add/").content.decode())
    assert page.all("input", name="scenes-TOTAL_FORMS") == []
    data = {"kind": "story", "level": "7-10", "minutes": 5, "title_sr": "Ђачка прича", "summary_sr": "Укратко."}
    response = editor.client.post("/admin/games/game/add/", data)
    game = Game.objects.get(slug="djacka-prica")
    assert (response.status_code, response["Location"]) == (302, address(game))
    page = PageReader(editor.client.get(address(game)).content.decode())
    assert len(page.all("input", name="scenes-TOTAL_FORMS")) == 1
    assert page.all("select", name="kind") == []


def test_a_scene_and_a_choice_to_it_are_written_at_once(editor: Person) -> None:
    game = make_game(STORY)
    data = form_of(editor, game)
    data |= {"scenes-TOTAL_FORMS": 6, "scenes-5-key": "", "scenes-5-ORDER": 6, "scenes-5-mood": "calm",
        "scenes-5-title_sr": "Ново", "scenes-5-text_sr": "Текст", "scenes-5-ending": "mixed",
        "scenes-5-choices-TOTAL_FORMS": 0, "scenes-5-choices-INITIAL_FORMS": 0}  # fmt: skip
    data |= {
        "scenes-2-choices-TOTAL_FORMS": 2,
        "scenes-2-choices-1-to": "novo",
        "scenes-2-choices-1-text_sr": "Иди",
        "scenes-2-choices-1-effects-trust": "-1",
    }
    assert editor.client.post(address(game), data | {"_publish": "x"}).status_code == 302
    content = Game.objects.get(pk=game.pk).content
    assert (content["scenes"][5]["key"], content["scenes"][2]["choices"][1]["to"]) == ("novo", "novo")
    assert content["scenes"][2]["choices"][1]["effects"] == {"trust": -1}
    assert Version.objects.filter(kind="games.game", object_id=game.pk).count() == 2


# Form changes by kind, with the fields that have errors.
REFUSED: dict[str, list[tuple[dict[str, Any], set[str]]]] = {
    "story": [
        (
            {"scenes-0-choices-0-to": "nowhere", "scenes-0-speaker": "stranger", "scenes-0-picture": "no-drawing"},
            {"scenes-0-choices-0-to", "scenes-0-speaker", "scenes-0-picture"},
        ),
        ({"meters-0-DELETE": "on"}, {"scenes-0-choices-0-effects-trust"}),
        ({"scenes-1-DELETE": "on"}, {"scenes-0-choices-1-to"}),
        # An invalid short name is no error of the rows that refer to it.
        ({"scenes-1-key": "Two words", "meters-0-start": "11"}, {"scenes-1-key", "meters-0-start"}),
        (
            {"scenes-4-ORDER": "1", "scenes-0-ORDER": "2", "scenes-0-choices-0-to": "nowhere"},
            {"scenes-0-choices-0-to"},
        ),
    ],
    "sort": [
        (
            {"cards-0-bin": "gone", "next-3-page": "help:x", "next-0-page": ""},
            {"cards-0-bin", "next-0-page", "next-3-page"},
        ),
    ],
    "lock": [
        ({"settings-0-options-0-shows": ["friends", "gone"]}, {"settings-0-options-0-shows"}),
        ({"settings-0-options-1-key": "a"}, {"settings-0-options-1-key"}),
    ],
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_unknown_references_are_errors_at_their_fields(editor: Person, kind: str) -> None:
    game = make_game(DOCUMENTS[kind])
    form = form_of(editor, game)
    for changes, fields in REFUSED[kind]:
        response = editor.client.post(address(game), form | changes)
        assert response.status_code == 200
        page = response.content.decode()
        found = {name for name in re.findall(r'id="id_([\w-]+)_error"', page) if errors_at(page, name)}
        assert found - {"content"} == fields
    assert Game.objects.get(pk=game.pk).revision == game.revision


def test_rows_are_ordered_by_their_numbers_and_a_new_row_is_the_last(editor: Person) -> None:
    game = make_game(SORT)
    new = {"cards-TOTAL_FORMS": 4, "cards-3-bin": "ask", "cards-3-text_sr": "Ново", "cards-3-why_sr": "Зато"}
    order = {"cards-2-ORDER": "1", "cards-0-ORDER": "2", "cards-1-ORDER": "3", "cards-3-ORDER": ""}
    data = form_of(editor, game, **new, **order) | {"_publish": "x"}
    assert editor.client.post(address(game), data).status_code == 302
    cards = [card["text"]["sr"] for card in Game.objects.get(pk=game.pk).content["cards"]]
    assert cards == ["Картица 3", "Картица 1", "Картица 2", "Ново"]


@pytest.mark.parametrize("name", ["scenes", "scenes-2-choices"])
def test_a_row_is_added_without_a_script_and_nothing_is_saved(editor: Person, name: str) -> None:
    game = make_game(STORY)
    data = form_of(editor, game, **{ADD: name, "title_sr": "Несачувано"})
    response = editor.client.post(address(game), data)
    assert response.status_code == 200
    page = PageReader(response.content.decode())
    total = data[f"{name}-TOTAL_FORMS"]
    assert [each["value"] for each in page.all("input", name=f"{name}-TOTAL_FORMS")] == [str(int(total) + 1)]
    assert [each["value"] for each in page.all("input", name="title_sr")] == ["Несачувано"]
    assert len(page.all("input", name=f"{name}-{total}-text_sr" if "choices" in name else f"{name}-{total}-key")) == 1
    assert Game.objects.get(pk=game.pk).revision == game.revision


def test_altered_form_data_change_nothing(editor: Person) -> None:
    game = make_game(STORY)
    data = form_of(editor, game)
    for name, value in (
        ("scenes-TOTAL_FORMS", "x"),
        ("scenes-0-choices-TOTAL_FORMS", ""),
        ("scenes-INITIAL_FORMS", "-1"),
        (ADD, "scenes-99-choices"),
        (ADD, "\x00"),
        ("scenes-0-mood", "hungry"),
    ):
        assert editor.client.post(address(game), data | {name: value}).status_code in {200, 302}
        assert Game.objects.get(pk=game.pk).content == game.content, name


def test_a_list_is_drawn_with_few_more_rows_than_it_may_have(editor: Person) -> None:
    game = make_game(STORY)
    data = form_of(editor, game, **{"scenes-TOTAL_FORMS": "999999999"})
    page = PageReader(editor.client.post(address(game), data).content.decode())
    assert Game.objects.get(pk=game.pk).content == game.content
    most = next(each.most for each in lists_of("story") if each.name == "scenes")
    rows = {each["name"] for each in page.all("input") if re.fullmatch(r"scenes-\d+-key", each.get("name", ""))}
    assert most < len(rows) <= most + 10


def test_a_user_with_view_permission_reads_the_content(editor: Person) -> None:
    game = make_game(STORY)
    reader = signed_in("citalac", make_group("readers", "games.view_game"))
    source = reader.client.get(address(game)).content.decode()
    page = PageReader(source)
    assert "scenes[1].text.sr: Овде је start." in source
    assert page.all("input", name="scenes-TOTAL_FORMS") == []
    assert reader.client.post(address(game), form_of(editor, game, title_sr="Друго")).status_code == 403
    assert Game.objects.get(pk=game.pk).content == game.content


def test_a_story_is_drawn_with_its_errors_marked(editor: Person) -> None:
    game = make_game(STORY)
    game.content["scenes"][2]["choices"] = []
    game.content["scenes"][1]["choices"][1]["to"] = "gone"
    game.save()
    source = editor.client.get(address(game)).content.decode()
    page = PageReader(source)
    nodes = [link for link in page.all("a") if "graph-node" in link.get("class", "")]
    assert [(link["href"], link["class"].split("-")[-1]) for link in nodes] == [
        ("#scenes-0", "start"),
        ("#scenes-1", "faulty"),
        ("#scenes-2", "faulty"),
        ("#scenes-3", "faulty"),
        ("#scenes-4", "faulty"),
    ]
    assert {"scenes-0", "scenes-4"} <= set(page.ids())
    # The text alternative of the graph.
    assert "Scene wait → Scene start, gone" in " ".join(re.sub(r"<[^>]+>", "", source).split())


@pytest.mark.parametrize(
    ("kind", "spoil", "place"),
    [
        ("story", lambda content: content["scenes"][3].update(ending=""), "Scene alone"),
        ("story", lambda content: content["scenes"][2]["text"].update(en=""), "Scene 3 (tell)"),
        ("story", lambda content: [each.update(speaker="ana") for each in content["scenes"]], "Character Klik"),
        ("sort", lambda content: content["cards"][0]["text"].update(sr="Kликни"), "Card 1 (Card 1)"),
        ("sort", lambda content: content["cards"].pop(), "Bin Ask"),
        ("sort", lambda content: content.update(next=[]), "Next steps"),
        ("pairs", lambda content: [each["meaning"].update(en="same") for each in content["pairs"]], "Pairs"),
        ("spot", lambda content: [part.update(clue=False) for part in content["scenes"][0]["parts"]], "Profile"),
        ("spot", lambda content: [part.update(clue=True) for part in content["scenes"][0]["parts"]], "Profile"),
        ("lock", lambda content: content["settings"][0]["options"][0].update(safe=False), "Setting profile"),
        ("lock", lambda content: content["settings"][0]["options"][1].update(safe=True), "Setting profile"),
    ],
)
def test_an_editor_sees_hints(kind: str, spoil: Any, place: str) -> None:
    game = make_game(DOCUMENTS[kind])
    with translation.override("en"):
        [leads_nowhere] = map(str, game_hints(game))
        assert leads_nowhere.startswith("Next steps, a quiz not-there: ")
        found = [str(each).partition(": ")[0] for each in game_hints(change_content(game, spoil))]
    assert place in found


class TestPreview:
    def test_shows_unsaved_changes(self, editor: Person) -> None:
        game = make_game(SORT, published=False)
        changes = {"title_sr": "Још несачувано", "cards-0-text_sr": "Нова картица", "cards-1-DELETE": "on"}
        response = editor.client.post(address(game, "preview"), form_of(editor, game, **changes))
        text = response.content.decode()
        assert "Још несачувано" in text
        assert "Нова картица" in text
        assert "Картица 2" not in text
        game.refresh_from_db()
        assert (game.title_sr, game.revision, len(game.content["cards"])) == ("Игра made-sort", 1, 3)  # type: ignore[attr-defined]

    def test_can_be_played(self, editor: Person) -> None:
        game = make_game(STORY)
        response = editor.client.post(
            address(game, "preview"),
            form_of(editor, game, **{"scenes-2-title_en": "Somewhere else"})
            | {"preview_language": "en", "preview_scene": "tell", "preview_played": "p=1"},
        )
        source = response.content.decode()
        assert "Somewhere else" in source
        assert 'href="/en/games/made-story/good-end/?p=11"' in source
        assert response.headers["Content-Language"] == "en"
        # A scene that is being edited is shown by any path.
        data = form_of(editor, game) | {"preview_scene": "good-end", "preview_language": "en"}
        assert "Here is good-end." in editor.client.post(address(game, "preview"), data).content.decode()

    def test_invalid_fields_are_shown_as_in_the_draft(self, editor: Person) -> None:
        game = make_game(SORT)
        content = serialize_record(game) | {"title_sr": "Из нацрта", "title_en": "From the draft"}
        content["content"]["cards"][0]["text"]["sr"] = "Картица из нацрта"
        save_draft(record=game, content=content, actor=editor.user, now=timezone.now())
        whole = {"title_sr": "", "cards-TOTAL_FORMS": "x"}
        for data in (form_of(editor, game, **whole), {"preview_language": "sr"}):
            text = editor.client.post(address(game, "preview"), data).content.decode()
            assert "Из нацрта" in text
            assert "Картица из нацрта" in text
        game = Game.objects.get(pk=game.pk)
        assert (game.title_sr, Draft.objects.get().revision) == ("Игра made-sort", 1)  # type: ignore[attr-defined]

    def test_nothing_sent_breaks_nothing(self, editor: Person) -> None:
        for document in DOCUMENTS.values():
            assert editor.client.post(address(make_game(document), "preview"), {}).status_code == 200

    def test_is_for_editors(self) -> None:
        analyst = signed_in("analyst", "analyst")
        assert analyst.client.post(address(make_game(SORT), "preview"), {}).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"kind": "chess"}, {"level": "3-6"}, {"minutes": 61}, {"content": [1]}, {"content": "x"}]
)
def test_the_database_refuses_invalid_values(wrong: dict[str, Any]) -> None:
    game = make_game(STORY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Game.objects.filter(pk=game.pk).update(**wrong)


@pytest.mark.parametrize(
    ("kind", "spoil", "place"),
    [
        ("story", lambda content: content["meters"][0].update(start=11), "meters[0].start"),
        ("story", lambda content: content["scenes"][0].update(key="Not a key"), "scenes[0].key"),
        ("story", lambda content: content["scenes"][0].update(mood="hungry"), "scenes[0].mood"),
        ("story", lambda content: content["scenes"][0]["choices"][0].update(effects="trust+1"), "effects"),
        ("story", lambda content: content.update(surprise=[]), "surprise"),
        ("sort", lambda content: content["cards"][0].pop("why"), "cards[0]"),
    ],
)
def test_content_of_another_shape_is_refused(kind: str, spoil: Any, place: str) -> None:
    game = make_game(DOCUMENTS[kind])
    game.full_clean()
    spoil(game.content)
    with pytest.raises(ValidationError) as refused:
        game.full_clean()
    assert place in " ".join(refused.value.message_dict["content"])
