"""The editors' form of games: parts by kind, what is refused and where, remarks, the graph, the preview, versions."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.template.response import TemplateResponse
from django.test import override_settings
from django.utils import timezone, translation

from awareness.games.editor_hints import game_hints
from awareness.games.enums import COMMON_PARTS, PARTS_OF
from awareness.games.import_export.serializers import document_of
from awareness.games.models import Bin, Card, Game, Meter, Scene, SceneChoice
from awareness.publishing.models import Version
from awareness.publishing.services import restore_version
from tests.awareness.games.making import DOCUMENTS, SORT, STORY, make_game
from tests.awareness.publishing.test_forms import errors_at
from tests.awareness.reader import PageReader
from tests.signing import HASHERS, Person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Person:
    with override_settings(PASSWORD_HASHERS=HASHERS):
        person = signed_in("urednica", "editor")
    person.client.cookies["lang"] = "en"
    return person


def address(game: Game, page: str = "change") -> str:
    return f"/admin/games/game/{game.pk}/{page}/"


def form_of(person: Person, game: Game, **changes: Any) -> dict[str, Any]:
    """What the form of a game sends as it stands on its page, which need not be drawn for that."""
    with patch.object(TemplateResponse, "rendered_content", ""):
        context = person.client.get(address(game)).context_data
    data: dict[str, Any] = {"opened": context["opened"]}
    formsets = [each.formset for each in context["inline_admin_formsets"]]
    for form in [
        context["adminform"].form,
        *(f for each in formsets for f in [each.management_form, *each.initial_forms]),
    ]:
        for field in form:
            value = field.value()
            if field.html_name.endswith("_at"):
                data |= {
                    f"{field.html_name}_0": value.date().isoformat() if value else "",
                    f"{field.html_name}_1": value.strftime("%H:%M:%S") if value else "",
                }
            elif field.html_name != "opened":
                name = field.html_name
                data[name] = list(value) if name == "topics" else "" if value is None else value
    return {name: value for name, value in (data | changes).items() if value is not False}


@pytest.mark.parametrize("kind", list(DOCUMENTS))
def test_a_form_has_the_parts_of_its_kind_and_saves_what_it_shows(editor: Person, kind: str) -> None:
    game = make_game(DOCUMENTS[kind])
    before = document_of(game)
    context = editor.client.get(address(game)).context
    assert [each.formset.prefix for each in context["inline_admin_formsets"]] == [
        *PARTS_OF[kind],
        *reversed(COMMON_PARTS),
    ]
    response = editor.client.post(address(game), form_of(editor, game))
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
    data |= {"scenes-TOTAL_FORMS": 6, "scenes-5-key": "new", "scenes-5-order": 6, "scenes-5-mood": "calm", "scenes-5-title_sr": "Ново", "scenes-5-text_sr": "Текст", "scenes-5-ending": "mixed", "scenes-5-game": game.pk}  # fmt: skip
    data |= {"choices-TOTAL_FORMS": 6, "choices-5-scene": "tell", "choices-5-leads_to": "new", "choices-5-order": 6, "choices-5-text_sr": "Иди", "choices-5-effects": "trust: -1", "choices-5-game": game.pk}  # fmt: skip
    assert editor.client.post(address(game), data).status_code == 302
    assert SceneChoice.objects.get(game=game, leads_to="new").effects == "trust: -1"
    assert Version.objects.filter(kind="games.game", object_id=game.pk).count() == 2


# What is changed at once, and what is said of it where.
REFUSED = {
    "story": [
        ({"choices-0-leads_to": "nowhere", "choices-0-effects": "luck: +1", "scenes-0-speaker": "nobody"},
         {"choices-0-leads_to": "“nowhere” is not there.", "choices-0-effects": "“luck” is not there.", "scenes-0-speaker": "“nobody” is not there."}),
        ({"scenes-1-DELETE": "on"}, {"choices-1-leads_to": "“wait” is not there."}),
        ({"choices-0-effects": "trust +1", "scenes-1-key": "Two words"},
         {"choices-0-effects": "Write it like this: trust: +1, safety: -2", "scenes-1-key": "Small letters, digits and hyphens."}),
        ({"meters-0-start": "11"}, {"meters-0-start": "Ensure this value is less than or equal to 10."}),
    ],
    "sort": [
        ({"cards-0-bin": "gone", "next_steps-3-slug": "x", "next_steps-2-slug": "x", "next_steps-0-slug": ""},
         {"cards-0-bin": "“gone” is not there.", "next_steps-3-slug": "Help has no address of its own: leave this empty.",
          "next_steps-2-slug": "Empty, or one of: csam, cyberbullying, hate-speech, other", "next_steps-0-slug": "Where does it lead? Write the address."}),
    ],
    "spot": [({"mock_parts-0-mock": "gone"}, {"mock_parts-0-mock": "“gone” is not there."})],
    "lock": [({"options-0-shows": "friends,gone"}, {"options-0-shows": "“gone” is not there."})],
}  # fmt: skip


@pytest.mark.parametrize("kind", list(REFUSED))
def test_what_names_nothing_is_refused_where_it_stands(editor: Person, kind: str) -> None:
    game = make_game(DOCUMENTS[kind])
    form = form_of(editor, game)
    for changes, told in REFUSED[kind]:
        response = editor.client.post(address(game), form | changes)
        assert response.status_code == 200
        page = response.content.decode()
        assert {field: errors_at(page, field) for field in told} == {field: [said] for field, said in told.items()}
    assert Game.objects.get(pk=game.pk).revision == game.revision


def test_what_is_added_stands_behind_what_is_there(editor: Person) -> None:
    page = PageReader(editor.client.get(address(make_game(STORY))).content.decode())
    for name, order in (("scenes", "6"), ("choices", "6"), ("sources", "3")):
        assert [field["value"] for field in page.all("input", name=f"{name}-__prefix__-order")] == [order]


def test_a_key_is_there_once(editor: Person) -> None:
    game = make_game(SORT)
    response = editor.client.post(address(game), form_of(editor, game, **{"bins-1-key": "share"}))
    assert response.status_code == 200
    assert "This short name is there already." in " ".join(map(str, response.context["errors"]))


def test_a_scene_has_no_more_choices_than_an_address_has_digits(editor: Person) -> None:
    game = make_game(STORY)
    data = form_of(editor, game) | {"choices-TOTAL_FORMS": 15}
    for number in range(5, 15):
        data |= {f"choices-{number}-scene": "tell", f"choices-{number}-leads_to": "start", f"choices-{number}-order": number, f"choices-{number}-text_sr": "x", f"choices-{number}-game": game.pk}  # fmt: skip
    response = editor.client.post(address(game), data)
    assert "The scene “tell” has more than 9 choices." in " ".join(map(str, response.context["errors"]))


def test_a_story_is_drawn_and_what_is_wrong_is_marked(editor: Person) -> None:
    game = make_game(STORY)
    SceneChoice.objects.filter(game=game, leads_to="good-end").delete()
    SceneChoice.objects.filter(game=game, leads_to="alone").update(leads_to="gone")
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
    for words in (
        "Scene wait : A choice leads to “gone”, which is not there.",
        "Scene tell : A dead end",
        "Scene alone : No choice leads here.",
        "Scene good-end : No choice leads here.",
    ):
        assert words in page.text, words
    # The same for whoever does not see the drawing.
    listed = " ".join(re.sub(r"<[^>]+>", "", source).split())
    assert "Scene wait → Scene start, gone A choice leads to “gone”" in listed


@pytest.mark.parametrize(
    ("kind", "spoil", "remark"),
    [
        ("story", lambda game: Scene.objects.filter(game=game, ending="hard").update(ending="", key="alone"), "Scene alone: A dead end: neither choices nor an ending."),
        ("story", lambda game: game.scenes.filter(key="tell").update(text_en=""), "Scene 3 (tell: Scene tell): The English text is missing."),
        ("story", lambda game: game.scenes.update(speaker="ana"), "Character Klik: Never speaks."),
        ("sort", lambda game: game.cards.filter(bin="ask").delete(), "Bin Ask: No card belongs here."),
        ("sort", lambda game: game.next_steps.all().delete(), "Next steps: Nobody knows where to go on."),
        ("pairs", lambda game: game.pairs.update(meaning_en="same"), "Pairs: Two words have the same meaning: “same”."),
        ("spot", lambda game: game.mock_parts.update(clue=False), "Profile: There is no clue to find."),
        ("spot", lambda game: game.mock_parts.update(clue=True), "Profile: Everything is a clue: something should be all right."),
        ("lock", lambda game: game.options.update(safe=False), "Setting profile: No option is safe."),
        ("lock", lambda game: game.options.update(safe=True), "Setting photos: Every option is safe: there is nothing to decide."),
    ],
)  # fmt: skip
def test_an_editor_is_told_what_to_mend(editor: Person, kind: str, spoil: Any, remark: str) -> None:
    game = make_game(DOCUMENTS[kind])
    with translation.override("en"):
        leads_nowhere = "Next steps, a quiz not-there: It leads nowhere: there is nothing at this address."
        assert [str(each) for each in game_hints(game)] == [leads_nowhere]
        spoil(game)
        found = [str(each) for each in game_hints(Game.objects.get(pk=game.pk))]
    assert remark in found


class TestPreview:
    def test_shows_what_nobody_has_saved(self, editor: Person) -> None:
        game = make_game(SORT, published=False)
        changes = {"title_sr": "Још несачувано", "cards-0-text_sr": "Нова картица", "cards-1-DELETE": "on"}
        response = editor.client.post(address(game, "preview"), form_of(editor, game, **changes))
        text = response.content.decode()
        assert "Још несачувано" in text
        assert "Нова картица" in text
        assert "Картица 2" not in text
        game.refresh_from_db()
        assert (game.title_sr, game.revision, Card.objects.filter(game=game).count()) == ("Игра made-sort", 1, 3)  # type: ignore[attr-defined]

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

    def test_shows_the_scene_that_is_being_written(self, editor: Person) -> None:
        game = make_game(STORY)
        data = form_of(editor, game, **{"scenes-4-text_sr": "Пише се"}) | {"preview_scene": "good-end"}
        source = editor.client.post(address(game, "preview"), data).content.decode()
        assert "Пише се" in source
        assert "/sr/games/made-story/start/" in source
        data |= {"preview_scene": "nowhere"}
        assert "Ана" in editor.client.post(address(game, "preview"), data).content.decode()

    def test_is_in_the_script_that_is_asked_for(self, editor: Person) -> None:
        game = make_game(SORT)
        response = editor.client.post(
            address(game, "preview"),
            form_of(editor, game) | {"preview_language": "sr-latn", "preview_played": "done=1"},
        )
        assert re.findall("[\u0400-\u04ff]+", re.sub("<[^>]+>", "", response.content.decode())) == []
        assert "Kartica 1" in response.content.decode()

    def test_what_is_not_valid_is_shown_as_it_was(self, editor: Person) -> None:
        game = make_game(SORT)
        response = editor.client.post(
            address(game, "preview"), form_of(editor, game, title_sr="", **{"cards-TOTAL_FORMS": "x"})
        )
        assert response.status_code == 200
        assert "Игра made-sort" in response.content.decode()

    def test_nothing_sent_breaks_nothing(self, editor: Person) -> None:
        for made in DOCUMENTS.values():
            assert editor.client.post(address(make_game(made), "preview"), {}).status_code == 200

    def test_is_for_editors(self) -> None:
        with override_settings(PASSWORD_HASHERS=HASHERS):
            analyst = signed_in("analyst", "analyst")
        assert analyst.client.post(address(make_game(SORT), "preview"), {}).status_code == 403


def test_a_version_brings_a_whole_game_back(editor: Person) -> None:
    game = make_game(STORY)
    before = document_of(game)
    kept = Version.objects.get(kind="games.game", object_id=game.pk)
    data = form_of(editor, game, title_sr="Друго", **{"scenes-0-text_sr": "Друго"})
    assert editor.client.post(address(game), data).status_code == 302
    assert document_of(Game.objects.get(pk=game.pk)) != before
    history = editor.client.get(address(game, "history")).content.decode()
    assert "Овде је start." in history
    game = Game.objects.get(pk=game.pk)
    restore_version(record=game, version=kept, actor=editor.user, now=timezone.now())
    assert document_of(Game.objects.get(pk=game.pk)) == before


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (Game, {"kind": "chess"}),
        (Game, {"level": "3-6"}),
        (Game, {"minutes": 61}),
        (Meter, {"start": 11}),
        (Scene, {"key": "Not a key"}),
        (Scene, {"key": "start"}),
        (Scene, {"mood": "hungry"}),
        (Scene, {"ending": "x"}),
        (SceneChoice, {"leads_to": ""}),
        (SceneChoice, {"effects": "trust+1"}),
        (Bin, {"key": "share"}),
        (Card, {"bin": "a b"}),
    ],
)
def test_the_database_refuses_what_cannot_be(model: type[Model], wrong: dict[str, Any]) -> None:
    game = make_game(SORT if model in {Bin, Card} else STORY)
    rows = model._default_manager.filter(pk=game.pk) if model is Game else model._default_manager.filter(game=game)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.filter(pk=rows.latest("pk").pk).update(**wrong)
