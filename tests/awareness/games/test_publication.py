"""Visibility, previews and structured data of games."""

import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from pyld import jsonld
from pytest_django import DjangoAssertNumQueries

from awareness.games.models import Game
from awareness.publishing.services import save_record
from awareness.topics.models import Topic
from tests.clients.games import html, links, read
from tests.clients.page_reader import PageReader
from tests.clients.previews import preview_path
from tests.clients.staff import Person
from tests.factories.games import LOCK, SORT, SPOT, STORY, games_writer, make_game, make_games

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

    def test_a_page_is_cached_until_its_game_is_withdrawn(self, client: Client) -> None:
        make_game(SPOT, withdrawn_at=timezone.now() + timedelta(seconds=100))
        for path in ("/en/games/", "/en/games/made-spot/"):
            seconds = int(client.get(path).headers["Cache-Control"].rpartition("=")[2])
            assert 90 < seconds <= 100

    def test_a_game_without_english_is_shown_in_serbian_with_a_note(self, client: Client) -> None:
        game = make_game(LOCK)
        Game.objects.filter(pk=game.pk).update(title_en="")
        page = read(client, "/en/games/made-lock/")
        assert "This text is not available in English yet" in page.text
        assert page.all("article", lang="sr-Cyrl")

    def test_a_step_to_a_missing_page_is_left_out(self, client: Client) -> None:
        make_game(SORT)
        Topic.objects.filter(slug="phishing").update(withdrawn_at=timezone.now())
        page = read(client, "/en/games/made-sort/?done=1")
        assert "/en/topics/phishing/" not in links(page)
        assert not [link for link in links(page) if "not-there" in link]
        assert "/en/report/cyberbullying/" in links(page)

    def test_a_page_costs_few_queries(self, client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        make_games()
        for path, queries in (("made-sort/", 3), ("made-story/tell/?p=1", 3)):
            client.get(f"/sr/games/{path}")
            with django_assert_num_queries(queries):
                client.get(f"/sr/games/{path}")


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

    def test_a_script_in_a_title_is_words(self, client: Client) -> None:
        game = make_game(SORT)
        Game.objects.filter(pk=game.pk).update(title_en="</script><script>alert(1)</script>")
        source = html(client, "/en/games/made-sort/")
        assert "<script>alert" not in source
        assert json.loads(PageReader(source).script[0])["name"] == "</script><script>alert(1)</script>"

    def test_a_shared_link_has_a_picture_of_the_title(self, client: Client) -> None:
        make_games()
        page = read(client, "/en/games/made-sort/")
        picture = page.all("meta", property="og:image")[0]["content"]
        assert "/pictures/" in picture
        assert client.get(urlsplit(picture).path).headers["Content-Type"] == "image/png"

    def test_it_is_found_mapped_and_on_the_shelf_of_its_topic(self, client: Client) -> None:
        make_games()
        # The shelf starts with games for the youngest.
        Game.objects.filter(slug="made-lock").update(level="7-10")
        assert "/en/games/made-lock/" in links(read(client, "/en/topics/phishing/"))
        assert "/en/games/made-sort/" in links(read(client, "/en/search/?q=Because+2"))
        sitemap = client.get("/sitemap.xml").content.decode()
        assert "/sr-latn/games/made-sort/" in sitemap
        assert "/en/games/</loc>" in sitemap
