"""Stories without scripts: scenes through links, and invalid paths."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awareness.games.models import Game
from tests.clients.games import endings_by_links, links, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_games")]


class TestStories:
    def test_every_ending_is_reached_by_links_alone(self, client: Client, games: dict[str, Game]) -> None:
        assert endings_by_links(client, "/en/games/made-story/") == {"alone", "good-end"}

    def test_a_scene_shows_the_speaker_meters_and_the_effect_of_the_choice(
        self, client: Client, games: dict[str, Game]
    ) -> None:
        page = read(client, "/en/games/made-story/tell/?p=1")
        assert "You told." in page.text
        assert "Trust 10 of 10 10 +1 Safety 2 of 10 2 +1" in page.text
        assert "Ana" in page.words
        assert [item for item in page.all("svg") if "head-girl head-happy" in item.get("class", "")]
        assert page.all("a", **{"class": "story-choice"})[0]["href"] == "/en/games/made-story/good-end/?p=11"

    def test_an_ending_shows_its_kind_key_message_and_links_back(self, client: Client, games: dict[str, Game]) -> None:
        page = read(client, "/en/games/made-story/alone/?p=22")
        assert "The end. This is a hard moment." in page.text
        assert "This story has 2 different endings" in page.text
        assert "Carry this." in page.text
        # Distressing pages have no mascot.
        assert [image for image in page.all("img") if "klik-" in image["src"]] == []
        back = [
            link for link in links(page) if "/made-story/" in link and "alone" not in link and "game-scene" not in link
        ]
        assert "/en/games/made-story/wait/?p=2" in back
        assert "/en/games/made-story/start/" in back

    @pytest.mark.parametrize(
        "path",
        ["tell/?p=2", "tell/", "start/?p=1", "nowhere/?p=1", "tell/?p=%00", "tell/?p=%D9%A1", "wait/?p=" + "21" * 200],
    )
    def test_an_invalid_path_redirects_to_the_beginning(
        self, client: Client, games: dict[str, Game], path: str
    ) -> None:
        response = client.get(f"/en/games/made-story/{path}")
        assert (response.status_code, response["Location"]) == (302, "/en/games/made-story/?lost=1")
        assert "The address does not match your path through the story" in read(client, response["Location"]).text

    def test_a_later_scene_refers_to_an_earlier_choice(self, client: Client, games: dict[str, Game]) -> None:
        content = games["story"].content
        content["scenes"][0]["choices"][1]["key"] = "waited"
        content["scenes"][2] |= {
            "picture": "two-cups",
            "alt": {"sr": "Две шоље", "en": "Two cups"},
            "echoes": [{"choice": "waited", "text": {"sr": "Чекало се.", "en": "You waited before."}}],
        }
        Game.objects.filter(kind="story").update(content=content)
        waited = read(client, "/en/games/made-story/tell/?p=211")
        assert "You waited before." in waited.text
        assert "You waited before." not in read(client, "/en/games/made-story/tell/?p=1").text
        assert "Two cups" in {image.get("alt") for image in waited.all("img")}
        assert "/en/games/made-story/start/?p=21" in links(waited)
        assert "/en/help/" in links(waited)

    def test_other_games_have_no_scenes(self, client: Client, games: dict[str, Game]) -> None:
        assert client.get("/en/games/made-sort/start/").status_code == 404
        assert client.get("/en/games/none/start/").status_code == 404

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=20))
    def test_no_way_breaks_a_story(self, client: Client, games: dict[str, Game], way: str) -> None:
        for key in ("start", "wait", "alone"):
            response = client.get(f"/sr/games/made-story/{key}/", {"p": way})
            assert response.status_code in {200, 302}
