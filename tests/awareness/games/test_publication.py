"""Visibility, previews and structured data of games."""

import json
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pyld import jsonld

from awareness.games.models import Game
from awareness.publishing.services import save_record
from tests.clients.games import links, read
from tests.clients.previews import preview_path
from tests.clients.staff import Person
from tests.factories.games import SORT, STORY, games_writer, make_game, make_games

pytestmark = pytest.mark.django_db


class TestPublication:
    def test_a_draft_is_seen_in_its_preview_all_the_way(self, client: Client, writer: Person) -> None:
        game = make_game(STORY, published=False)
        assert client.get("/en/games/made-story/").status_code == 404
        assert client.get("/en/games/made-story/start/").status_code == 404
        address = preview_path(game, language="en")
        first = read(writer.client, address)
        assert "Preview of a draft" in first.text
        (start,) = [link["href"] for link in first.all("a") if "data-go" in link]
        assert start == f"{address}start/"
        onward = [link["href"] for link in read(writer.client, start).all("a") if "data-go" in link]
        assert all(link.startswith(address) for link in onward)
        assert "Scene tell" in read(writer.client, onward[0]).text

    def test_a_former_address_leads_on(self, client: Client) -> None:
        game = make_game(SORT)
        game.slug = "sorted-anew"
        save_record(record=game, actor=games_writer(), now=timezone.now())
        response = client.get("/en/games/made-sort/")
        assert (response.status_code, response["Location"]) == (301, "/en/games/sorted-anew/")
        # A reader of a story keeps the scene and the way to it.
        response = client.get("/en/games/made-sort/start/?way=a")
        assert (response.status_code, response["Location"]) == (301, "/en/games/sorted-anew/start/?way=a")


class TestMachines:
    def test_structured_data_are_valid(self, client: Client) -> None:
        games = make_games()
        page = read(client, "/en/games/made-sort/")
        data = json.loads(page.script[0])
        assert data["@type"] == ["Game", "LearningResource"]
        assert (data["typicalAgeRange"], data["timeRequired"], data["inLanguage"]) == ("11-14", "PT5M", "en")
        assert datetime.fromisoformat(data["datePublished"]) == games["sort"].published_at
        data["@context"] = {"@vocab": "https://schema.org/"}
        (expanded,) = jsonld.expand(data)
        assert expanded["@type"] == ["https://schema.org/Game", "https://schema.org/LearningResource"]
        assert expanded["https://schema.org/name"] == [{"@value": "Game made-sort"}]

    def test_it_is_found_mapped_and_on_the_shelf_of_its_topic(self, client: Client) -> None:
        make_games()
        # The shelf starts with games for the youngest.
        Game.objects.filter(slug="made-lock").update(level="7-10")
        assert "/en/games/made-lock/" in links(read(client, "/en/topics/phishing/"))
        assert "/en/games/made-sort/" in links(read(client, "/en/search/?q=Because+2"))
        sitemap = client.get("/sitemap.xml").content.decode()
        assert "/sr-latn/games/made-sort/" in sitemap
        assert "/en/games/</loc>" in sitemap
