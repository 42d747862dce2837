"""The pages of games without scripts: the list, complete play, stories, and invalid URLs."""

import re
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from django.test import Client

from awareness.games.models import Game
from tests.clients.games import form_fields, html, links, read, right_answers
from tests.clients.page_reader import PageReader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_games")]


def test_every_page_has_its_frame_in_one_script(client: Client, games: dict[str, Game]) -> None:
    paths = ["/sr-latn/games/", "/sr-latn/games/made-story/start/", "/sr-latn/games/made-story/alone/?p=22"]
    paths += [f"/sr-latn/games/{game.slug}/" for game in games.values()]
    paths += [f"/sr-latn/games/{game.slug}/?done=1" for game in games.values()]
    for path in paths:
        source = html(client, path)
        page = PageReader(source)
        assert len(page.all("h1")) == len(page.all("main")) == 1, path
        assert len(page.ids()) == len(set(page.ids())), path
        levels = [int(tag[1]) for tag, _attributes in page.elements if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1, path
        assert all(below - above <= 1 for above, below in pairwise(levels)), path
        assert all("style" not in attributes for _tag, attributes in page.elements), path
        assert not [key for _tag, attributes in page.elements for key in attributes if key.startswith("on")], path
        assert {script.get("type") for script in page.all("script")} <= {"application/ld+json", "module"}, path
        assert [f"tel:{number}" in links(page) for number in ("192", "19833", "116111", "116000")] == [True] * 4, path
        assert re.findall(r"[\u0400-\u04ff]+", page.text) == [], path


class TestTheList:
    def test_is_narrowed_by_the_address(self, client: Client, games: dict[str, Game]) -> None:
        Game.objects.filter(kind="sort").update(level="7-10")
        page = read(client, "/en/games/?level=7-10&kind=sort&topic=phishing")
        assert "/en/games/made-sort/" in links(page)
        assert "/en/games/made-lock/" not in links(page)
        assert page.all("meta", name="robots") == [{"name": "robots", "content": "noindex, follow"}]
        # A chosen filter links to the list without it. Other filters stay.
        back = [
            link["href"]
            for link in page.all("a")
            if link.get("aria-current") == "true" and link.get("class") == "pick-link"
        ]
        assert back == [
            "/en/games/?kind=sort&topic=phishing",
            "/en/games/?level=7-10&topic=phishing",
            "/en/games/?level=7-10&kind=sort",
        ]


class TestForms:
    @pytest.mark.parametrize("kind", ["sort", "pairs", "spot", "lock"])
    def test_is_finished_with_answers_of_the_form(self, client: Client, games: dict[str, Game], kind: str) -> None:
        game = games[kind]
        path = f"/en/games/{game.slug}/"
        offered = form_fields(read(client, path))
        answers = right_answers(game)
        assert offered.pop("done") == {"1"}
        assert offered.keys() == answers.keys()
        assert all(set(values) <= offered[name] for name, values in answers.items())
        page = read(
            client, path + "?done=1&" + "&".join(f"{name}={v}" for name, values in answers.items() for v in values)
        )
        (result,) = page.all("section", role="status")
        assert "is-complete" in result["class"]
        assert "Carry this." in page.text
        assert {"/en/topics/phishing/", "/en/report/cyberbullying/", "/en/help/"} <= set(links(page))
        assert f"/en/games/{game.slug}/" in links(page)
        # An empty form is an answer too.
        page = read(client, path + "?done=1")
        assert "is-complete" not in page.all("section", role="status")[0]["class"]

    def test_a_child_who_ticks_everything_does_not_win(self, client: Client, games: dict[str, Game]) -> None:
        for kind in ("sort", "pairs", "spot"):
            offered = form_fields(read(client, f"/en/games/made-{kind}/"))
            everything = {name: sorted(values - {""}) for name, values in offered.items()}
            page = read(client, f"/en/games/made-{kind}/?{urlencode(everything, doseq=True)}")
            (result,) = page.all("section", role="status")
            assert "is-complete" not in result["class"], kind
        assert "3 of 3 clues found You also marked 2 places that are all right" in page.text
        assert "you have 1 of 3 points" in page.text

    def test_the_last_round_follows_the_others(self, client: Client, games: dict[str, Game]) -> None:
        cards = games["sort"].content["cards"]
        cards[0]["round"] = 2
        Game.objects.filter(kind="sort").update(content=games["sort"].content)
        first = read(client, "/en/games/made-sort/?done=1&card-1=never&card-2=ask")
        assert "is-complete" in first.all("section", role="status")[0]["class"]
        (following,) = {link for link in links(first) if "round=2" in link}
        page = read(client, following)
        assert "Round 2 of 2" in page.text
        assert form_fields(page).keys() == {"done", "card-1", "round", "deal"}
        last = read(client, "/en/games/made-sort/?done=1&round=2&card-1=share")
        assert "is-complete" in last.all("section", role="status")[0]["class"]
        assert not [link for link in links(last) if "round=3" in link]

    def test_pages_with_answers_are_not_cached(self, client: Client, games: dict[str, Game]) -> None:
        for path in ("/en/games/made-sort/", "/en/games/made-story/start/"):
            assert client.get(path).headers["Cache-Control"] == "public, max-age=300"
        for path in ("/en/games/made-sort/?done=1", "/en/games/made-sort/?x", "/en/games/made-story/tell/?p=1"):
            response = client.get(path)
            assert (response.headers["Cache-Control"], response.headers["X-Robots-Tag"]) == ("no-store", "noindex")
        for path in ("made-sort/", "made-story/start/"):
            assert client.post(f"/en/games/{path}", {"done": 1}).status_code == 405


class TestPaths:
    def test_a_dead_end_leads_back_and_stays_closed(self, client: Client, games: dict[str, Game]) -> None:
        wrong = read(client, "/en/games/made-path/?p=2")
        assert "Because of right." in wrong.text
        assert "Crossing 1 of 2" in wrong.text
        assert [link["href"] for link in wrong.all("a", **{"class": "story-choice"})] == ["/en/games/made-path/?p=21"]
        home = read(client, "/en/games/made-path/?p=212")
        assert "At 1 of 2 crossings you found the safe way at once" in home.text
        assert "is-complete" not in home.all("section", role="status")[0]["class"]
        straight = read(client, "/en/games/made-path/?p=12")
        assert "is-complete" in straight.all("section", role="status")[0]["class"]
        # A child who takes every way does not win.
        page = read(client, "/en/games/made-path/?p=" + "21" * 8)
        assert "is-complete" not in page.all("section", role="status")[0]["class"]

    def test_an_invalid_path_ends_where_it_is_still_valid(self, client: Client, games: dict[str, Game]) -> None:
        for path in ("9", "x", "1x", "\u0661", "1" * 500, "%00"):
            page = read(client, f"/en/games/made-path/?p={path}")
            assert f"Crossing {1 + path.startswith('1')} of 2" in page.text, path


class TestStories:
    def test_an_ending_shows_its_kind_key_message_and_links_back(self, client: Client, games: dict[str, Game]) -> None:
        page = read(client, "/en/games/made-story/alone/?p=22")
        assert "2 different endings" in page.text
        assert "Carry this." in page.text
        # Distressing pages have no mascot.
        assert [image for image in page.all("img") if "klik-" in image["src"]] == []
        back = [
            link for link in links(page) if "/made-story/" in link and "alone" not in link and "game-scene" not in link
        ]
        assert "/en/games/made-story/wait/?p=2" in back
        assert "/en/games/made-story/start/" in back

    def test_an_invalid_path_redirects_to_the_beginning(self, client: Client, games: dict[str, Game]) -> None:
        for path in ("tell/?p=2", "tell/", "nowhere/?p=1", "tell/?p=%00", "tell/?p=%D9%A1", "wait/?p=" + "21" * 200):
            response = client.get(f"/en/games/made-story/{path}")
            assert (response.status_code, response["Location"]) == (302, "/en/games/made-story/?lost=1"), path
        assert "does not match" in read(client, response["Location"]).text

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
