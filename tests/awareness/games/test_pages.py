"""The pages of games without scripts: the list, complete play, invalid URLs, and three languages."""

import re
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from awareness.games.kinds.base import Deal
from awareness.games.kinds.pairs import read_pairs, shuffle_meanings
from awareness.games.models import Game
from tests.clients.games import form_fields, html, links, read, right_answers
from tests.clients.page_reader import PageReader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_games")]
LANGUAGES = ("sr", "sr-latn", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_frame_in_every_language(client: Client, games: dict[str, Game], language: str) -> None:
    paths = [f"/{language}/games/", f"/{language}/games/made-story/start/", f"/{language}/games/made-story/alone/?p=22"]
    paths += [f"/{language}/games/{game.slug}/" for game in games.values()]
    paths += [f"/{language}/games/{game.slug}/?done=1" for game in games.values()]
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
        if language == "sr-latn":
            assert re.findall(r"[\u0400-\u04ff]+", page.text) == [], path
        if language == "en":
            assert re.findall(r"[\u0400-\u04ff]+", page.text.replace("Приручник", "").replace("Књига", "")) == [], path


class TestTheList:
    def test_shows_kind_level_and_minutes(self, client: Client, games: dict[str, Game]) -> None:
        page = read(client, "/en/games/")
        for game in games.values():
            assert f"/en/games/{game.slug}/" in links(page)
        assert "5 minutes" in page.text.rpartition("11 to 14 years")[2]
        assert client.get("/en/games/").headers["Cache-Control"] == "public, max-age=300"

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

    def test_reports_invalid_parameters(self, client: Client, games: dict[str, Game]) -> None:
        page = read(client, "/en/games/?level=99&topic=%00")
        assert "Part of the address was invalid" in page.text
        assert "/en/games/made-sort/" in links(page)

    def test_an_empty_list_has_a_message(self, client: Client, games: dict[str, Game]) -> None:
        page = read(client, "/en/games/?level=15-18&kind=lock")
        assert "No games match" in page.text

    def test_costs_few_queries(
        self, client: Client, games: dict[str, Game], django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client.get("/sr/games/")
        with django_assert_num_queries(4):
            client.get("/sr/games/")


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

    @pytest.mark.parametrize("kind", ["sort", "pairs", "spot", "lock"])
    def test_an_empty_form_is_an_answer_too(self, client: Client, games: dict[str, Game], kind: str) -> None:
        page = read(client, f"/en/games/made-{kind}/?done=1")
        assert "is-complete" not in page.all("section", role="status")[0]["class"]

    def test_each_card_gets_its_right_place_and_the_reason(self, client: Client, games: dict[str, Game]) -> None:
        text = read(client, "/en/games/made-sort/?done=1&card-1=share&card-2=ask").text
        assert "1 of 3 cards are in the right place" in text
        assert "Card 1 Share Yes, it belongs here. Because 1." in text
        assert "Card 2 Ask Better place: Never Because 2." in text
        assert "Card 3 You did not sort this card. It belongs here: Ask Because 3." in text

    def test_each_part_gets_its_result_and_the_reason(self, client: Client, games: dict[str, Game]) -> None:
        text = read(client, "/en/games/made-spot/?done=1&mock-1=1&mock-1=2").text
        assert "1 of 3 clues found" in text
        assert "Part n You marked this, but it is all right Reason n." in text
        assert "Photo" not in text
        assert "Part p Clue found Reason p." in text
        assert "Part c Clue Reason c." in text
        assert "Part r All right Reason r." in text

    def test_a_child_who_ticks_everything_does_not_win(self, client: Client, games: dict[str, Game]) -> None:
        for kind in ("sort", "pairs", "spot"):
            offered = form_fields(read(client, f"/en/games/made-{kind}/"))
            everything = {name: sorted(values - {""}) for name, values in offered.items()}
            page = read(client, f"/en/games/made-{kind}/?{urlencode(everything, doseq=True)}")
            (result,) = page.all("section", role="status")
            assert "is-complete" not in result["class"], kind
        assert "3 of 3 clues found You also marked 2 places that are all right" in page.text
        assert "you have 1 of 3 points" in page.text

    @pytest.mark.parametrize("kind", ["sort", "pairs"])
    def test_every_play_is_shuffled_without_scripts_too(
        self, client: Client, games: dict[str, Game], kind: str
    ) -> None:
        game, orders = games[kind], set()
        # A shuffle of three cards is the stored order once in six times.
        Game.objects.filter(pk=game.pk).update(
            content=game.content | ({"cards": game.content["cards"] * 3} if kind == "sort" else {})
        )
        for _play in range(3):
            result = read(client, f"/en/games/made-{kind}/?done=1")
            (again,) = {link for link in links(result) if f"/made-{kind}/?round=1&deal=" in link}
            page = read(client, again)
            orders.add(re.search("Card.*|Word.*", page.text.partition("Check answers")[0])[0])  # type: ignore[index]
            assert form_fields(page)["deal"] == {again.rpartition("=")[2]}
        assert len(orders) > 1

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

    def test_each_wrong_pair_gets_the_choice_and_the_answer(self, client: Client, games: dict[str, Game]) -> None:
        meanings = shuffle_meanings(read_pairs(games["pairs"].content_in("en")), Deal(1, (1,), 0))
        wrong = next(meaning for meaning in meanings if meaning.of != 2)
        text = read(client, f"/en/games/made-pairs/?done=1&word-2={wrong.place}").text
        assert f"Word b You chose {wrong.text} It means Meaning b And more." in text

    def test_settings_show_the_visible_parts_per_viewer(self, client: Client, games: dict[str, Game]) -> None:
        new = read(client, "/en/games/made-lock/")
        assert [box["value"] for box in new.all("input", type="radio") if "checked" in box] == ["b", "b"]
        assert "Everyone 2 thing profile : seen" in new.text.replace("hidden", "").replace("  ", " ")
        locked = read(client, "/en/games/made-lock/?done=1&setting-1=a")
        assert [box["value"] for box in locked.all("input", type="radio") if "checked" in box] == ["a", "b"]
        assert "1 of 2 settings are safe" in locked.text

    def test_pages_with_answers_are_not_cached(self, client: Client, games: dict[str, Game]) -> None:
        for path in ("/en/games/made-sort/", "/en/games/made-story/start/"):
            assert client.get(path).headers["Cache-Control"] == "public, max-age=300"
        for path in ("/en/games/made-sort/?done=1", "/en/games/made-sort/?x", "/en/games/made-story/tell/?p=1"):
            response = client.get(path)
            assert (response.headers["Cache-Control"], response.headers["X-Robots-Tag"]) == ("no-store", "noindex")

    def test_nothing_is_sent_any_other_way(self, client: Client, games: dict[str, Game]) -> None:
        assert client.post("/en/games/made-sort/", {"done": 1}).status_code == 405
        assert client.post("/en/games/made-story/start/", {}).status_code == 405

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["card-1", "word-2", "mock-1", "setting-1", "done", "p", "lost", "preview", "x"]),
                st.text(max_size=12) | st.sampled_from(["share", "1", "99", "a", "\x00", "9" * 400]),
            ),
            max_size=6,
        )
    )
    def test_no_query_breaks_a_page(self, client: Client, games: dict[str, Game], query: list[tuple[str, str]]) -> None:
        data: dict[str, list[str]] = {}
        for name, value in query:
            data.setdefault(name, []).append(value)
        for game in games.values():
            response = client.get(f"/en/games/{game.slug}/", data)
            assert response.status_code == 200
            assert b"\x00" not in response.content


class TestPaths:
    def test_a_dead_end_leads_back_and_stays_closed(self, client: Client, games: dict[str, Game]) -> None:
        wrong = read(client, "/en/games/made-path/?p=2")
        assert "A dead end. Turn back and try another way. Because of right." in wrong.text
        assert "Crossing 1 of 2" in wrong.text
        assert [link["href"] for link in wrong.all("a", **{"class": "story-choice"})] == ["/en/games/made-path/?p=21"]
        home = read(client, "/en/games/made-path/?p=212")
        assert "At 1 of 2 crossings you found the safe way at once" in home.text
        assert "is-complete" not in home.all("section", role="status")[0]["class"]
        straight = read(client, "/en/games/made-path/?p=12")
        assert "is-complete" in straight.all("section", role="status")[0]["class"]
        assert "Carry this." in straight.text

    def test_a_child_who_takes_every_way_does_not_win(self, client: Client, games: dict[str, Game]) -> None:
        page = read(client, "/en/games/made-path/?p=" + "21" * 8)
        assert "is-complete" not in page.all("section", role="status")[0]["class"]

    @pytest.mark.parametrize("path", ["9", "x", "1x", "\u0661", "1" * 500, "%00"])
    def test_an_invalid_path_ends_where_it_is_still_valid(
        self, client: Client, games: dict[str, Game], path: str
    ) -> None:
        page = read(client, f"/en/games/made-path/?p={path}")
        assert f"Crossing {1 + path.startswith('1')} of 2" in page.text
