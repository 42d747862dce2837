"""The pages of games without a script: the list, each kind played to its end, hostile addresses, three languages, machines."""

import json
import re
from datetime import timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pytest_django import DjangoAssertNumQueries

from awareness.games.models import Game
from awareness.games.play.sorting import mix_meanings
from awareness.games.play.story import endings, walk
from awareness.games.reading import StoredParts, read_pairs, read_story
from awareness.games.vocabulary import GameKind
from awareness.topics.models import Topic
from awareness.topics.services import publish_record
from tests.awareness.games.making import LOCK, SORT, SPOT, STORY, games_writer, make_game
from tests.awareness.reader import PageReader

pytestmark = pytest.mark.django_db
LANGUAGES = ("sr", "sr-latn", "en")


def html(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    assert not response.cookies
    source: str = response.content.decode()
    assert "{{" not in source
    assert "{%" not in source
    return source


def read(client: Client, path: str) -> PageReader:
    return PageReader(html(client, path))


def links(page: PageReader) -> list[str]:
    return [link["href"] for link in page.all("a") if "href" in link]


def right_answers(game: Game) -> dict[str, list[str]]:
    """What somebody sends who knows everything, read from what is stored."""
    parts = StoredParts(game)
    match GameKind(game.kind):
        case GameKind.SORT:
            return {f"card-{place}": [card.bin] for place, card in enumerate(parts["cards"], 1)}
        case GameKind.PAIRS:
            return {f"word-{meaning.of}": [str(meaning.place)] for meaning in mix_meanings(read_pairs(parts))}
        case GameKind.SPOT:
            return {
                f"mock-{place}": [
                    str(number)
                    for number, part in enumerate((p for p in parts["mock_parts"] if p.mock == mock.key), 1)
                    if part.clue
                ]
                for place, mock in enumerate(parts["mocks"], 1)
            }
        case _:
            safe = {option.setting: option.key for option in parts["options"] if option.safe}
            return {f"setting-{place}": [safe[each.key]] for place, each in enumerate(parts["privacy_settings"], 1)}


def form_fields(page: PageReader) -> dict[str, set[str]]:
    """The fields of the form on a page with the values that they can take."""
    found: dict[str, set[str]] = {}
    name = ""
    for tag, attributes in page.elements:
        if tag == "select":
            name = attributes["name"]
        elif tag == "option":
            found.setdefault(name, set()).add(attributes["value"])
        elif tag == "input" and attributes.get("name", "q") != "q":
            found.setdefault(attributes["name"], set()).add(attributes["value"])
    return found


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
        assert "11 to 14 years · 5 minutes" in page.text
        assert client.get("/en/games/").headers["Cache-Control"] == "public, max-age=300"

    def test_is_narrowed_by_the_address(self, client: Client, games: dict[str, Game]) -> None:
        Game.objects.filter(kind="sort").update(level="7-10")
        page = read(client, "/en/games/?level=7-10&kind=sort&topic=phishing")
        assert "/en/games/made-sort/" in links(page)
        assert "/en/games/made-lock/" not in links(page)
        assert page.all("meta", name="robots") == [{"name": "robots", "content": "noindex, follow"}]
        # What is chosen is taken back where it stands; other filters stay.
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

    def test_says_what_made_no_sense(self, client: Client, games: dict[str, Game]) -> None:
        page = read(client, "/en/games/?level=99&topic=%00")
        assert "A part of the address made no sense to us" in page.text
        assert "/en/games/made-sort/" in links(page)

    def test_leads_back_from_where_nothing_is(self, client: Client, games: dict[str, Game]) -> None:
        Game.objects.filter(kind="sort").update(level="7-10")
        page = read(client, "/en/games/?level=7-10&kind=lock")
        assert "No game fits" in page.text

    def test_costs_few_queries(
        self, client: Client, games: dict[str, Game], django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client.get("/sr/games/")
        with django_assert_num_queries(4):
            client.get("/sr/games/")


class TestForms:
    @pytest.mark.parametrize("kind", ["sort", "pairs", "spot", "lock"])
    def test_is_finished_with_what_the_form_offers(self, client: Client, games: dict[str, Game], kind: str) -> None:
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

    def test_each_card_is_told_what_is_better_and_why(self, client: Client, games: dict[str, Game]) -> None:
        text = read(client, "/en/games/made-sort/?done=1&card-1=share&card-2=ask").text
        assert "1 of 3 are where they belong best" in text
        assert "Card 1 Share Yes, it belongs here. Because 1." in text
        assert "Card 2 Ask Better: Never Because 2." in text
        assert "Card 3 You left it out. It belongs here: Ask Because 3." in text

    def test_each_part_is_told_what_it_was(self, client: Client, games: dict[str, Game]) -> None:
        text = read(client, "/en/games/made-spot/?done=1&mock-1=1&mock-1=2").text
        assert "1 of 3 clues found" in text
        assert "Part n You marked it; it is all right Reason n." in text
        assert "Photo" not in text
        assert "Part p Clue, found Reason p." in text
        assert "Part c Clue Reason c." in text
        assert "Part r All right Reason r." in text

    def test_each_pair_is_told_what_was_chosen(self, client: Client, games: dict[str, Game]) -> None:
        with translation.override("en"):
            meanings = mix_meanings(read_pairs(StoredParts(games["pairs"])))
        wrong = next(meaning for meaning in meanings if meaning.of != 2)
        text = read(client, f"/en/games/made-pairs/?done=1&word-2={wrong.place}").text
        assert f"Word b You chose {wrong.text} It means Meaning b And more." in text

    def test_settings_show_who_sees_what(self, client: Client, games: dict[str, Game]) -> None:
        new = read(client, "/en/games/made-lock/")
        assert [box["value"] for box in new.all("input", type="radio") if "checked" in box] == ["b", "b"]
        assert "Everyone 2 thing profile : seen" in new.text.replace("hidden", "").replace("  ", " ")
        locked = read(client, "/en/games/made-lock/?done=1&setting-1=a")
        assert [box["value"] for box in locked.all("input", type="radio") if "checked" in box] == ["a", "b"]
        assert "1 of 2 settings are safe" in locked.text

    def test_what_was_played_is_stored_by_nobody(self, client: Client, games: dict[str, Game]) -> None:
        for path in ("/en/games/made-sort/", "/en/games/made-story/start/"):
            assert client.get(path).headers["Cache-Control"] == "public, max-age=300"
        for path in ("/en/games/made-sort/?done=1", "/en/games/made-sort/?x", "/en/games/made-story/tell/?p=1"):
            response = client.get(path)
            assert (response.headers["Cache-Control"], response.headers["X-Robots-Tag"]) == ("no-store", "noindex")

    def test_nothing_is_sent_any_other_way(self, client: Client, games: dict[str, Game]) -> None:
        assert client.post("/en/games/made-sort/", {"done": 1}).status_code == 405
        assert client.post("/en/games/made-story/start/", {}).status_code == 405

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


class TestStories:
    def test_every_ending_is_reached_by_links_alone(self, client: Client, games: dict[str, Game]) -> None:
        assert endings_by_links(client, "/en/games/made-story/") == {"alone", "good-end"}

    def test_a_scene_shows_who_speaks_meters_and_what_the_choice_brought(
        self, client: Client, games: dict[str, Game]
    ) -> None:
        page = read(client, "/en/games/made-story/tell/?p=1")
        assert "You told." in page.text
        assert "Trust 10 of 10 10 +1 Safety 2 of 10 2 +1" in page.text
        assert "Ana" in page.words
        assert [item for item in page.all("svg") if "head-girl head-happy" in item.get("class", "")]
        assert page.all("a", **{"class": "story-choice"})[0]["href"] == "/en/games/made-story/good-end/?p=11"

    def test_an_ending_says_its_kind_what_to_take_along_and_how_to_rewind(
        self, client: Client, games: dict[str, Game]
    ) -> None:
        page = read(client, "/en/games/made-story/alone/?p=22")
        assert "The end: a hard moment" in page.text
        assert "This story can end in 2 different ways" in page.text
        assert "Carry this." in page.text
        # Where somebody may be hurt no mascot hops about.
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
    def test_a_way_that_nobody_went_leads_to_the_beginning(
        self, client: Client, games: dict[str, Game], path: str
    ) -> None:
        response = client.get(f"/en/games/made-story/{path}")
        assert (response.status_code, response["Location"]) == (302, "/en/games/made-story/?lost=1")
        assert "We lost track of the way" in read(client, response["Location"]).text

    def test_other_games_have_no_scenes(self, client: Client, games: dict[str, Game]) -> None:
        assert client.get("/en/games/made-sort/start/").status_code == 404
        assert client.get("/en/games/none/start/").status_code == 404

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=20))
    def test_no_way_breaks_a_story(self, client: Client, games: dict[str, Game], way: str) -> None:
        for key in ("start", "wait", "alone"):
            response = client.get(f"/sr/games/made-story/{key}/", {"p": way})
            assert response.status_code in {200, 302}


def endings_by_links(client: Client, path: str) -> set[str]:
    """The keys of the endings that are found by following the links of a story; each scene is looked at once on the shortest way."""
    waiting, seen, found = [path], set(), set()
    while waiting:
        page = read(client, waiting.pop(0))
        onward = [link["href"] for link in page.all("a") if "data-go" in link]
        if page.all("section", **{"class": "story-again wash-sky"}):
            continue
        for link in onward:
            key = urlsplit(link).path.rstrip("/").rsplit("/", 1)[1]
            if key not in seen:
                seen.add(key)
                waiting.append(link)
                if PageReader(html(client, link)).all("section", **{"class": "story-again wash-sky"}):
                    found.add(key)
    return found


class TestFoundingGames:
    """What the portal is founded with."""

    def test_there_are_enough_of_every_kind(self) -> None:
        kinds = list(Game.objects.values_list("kind", flat=True))
        assert len(kinds) >= 6
        assert set(kinds) == set(GameKind.values)

    def test_each_is_finished_without_a_script(self, client: Client) -> None:
        for game in Game.objects.exclude(kind="story"):
            for language in ("sr", "en"):
                path = f"/{language}/games/{game.slug}/"
                offered = form_fields(read(client, path))
                answers = right_answers(game)
                assert offered.keys() - {"done"} == answers.keys()
                page = PageReader(client.get(path, {**answers, "done": "1"}).content.decode())
                assert "is-complete" in page.all("section", role="status")[0]["class"], path
                assert len(page.all("section", **{"class": "section next-steps"})) == 1

    def test_each_story_is_walked_to_every_ending(self, client: Client) -> None:
        stories = Game.objects.filter(kind="story")
        assert stories
        for game in stories:
            ends = {scene.key for scene in endings(read_story(StoredParts(game)))}
            assert len(ends) >= 3
            assert endings_by_links(client, f"/sr/games/{game.slug}/") == ends

    def test_meters_of_a_way_are_those_of_its_choices(self, client: Client) -> None:
        for game in Game.objects.filter(kind="story"):
            story = read_story(StoredParts(game))
            place = walk(story, "1")
            assert place is not None
            text = read(client, f"/en/games/{game.slug}/{place.scene.key}/?p=1").text
            for reading in place.readings:
                assert f"{reading.value} of 10" in text


class TestPublication:
    def test_a_draft_is_seen_by_whoever_has_its_key_all_the_way(self, client: Client) -> None:
        game = make_game(STORY, published=False)
        assert client.get("/en/games/made-story/").status_code == 404
        assert client.get("/en/games/made-story/start/").status_code == 404
        first = read(client, f"/en/games/made-story/?preview={game.preview_key}")
        assert "Preview, not published" in first.text
        (start,) = [link["href"] for link in first.all("a") if "data-go" in link]
        assert parse_qs(urlsplit(start).query) == {"preview": [game.preview_key]}
        onward = [link["href"] for link in read(client, start).all("a") if "data-go" in link]
        assert all(game.preview_key in link for link in onward)
        assert "Scene tell" in read(client, onward[0]).text

    def test_the_key_of_a_draft_stays_in_its_form(self, client: Client) -> None:
        game = make_game(SORT, published=False)
        page = read(client, f"/en/games/made-sort/?preview={game.preview_key}")
        assert [field["value"] for field in page.all("input", name="preview")] == [game.preview_key]

    def test_a_former_address_leads_on(self, client: Client) -> None:
        game = make_game(SORT)
        game.slug = "sorted-anew"
        publish_record(record=game, actor=games_writer(), now=timezone.now())
        response = client.get("/en/games/made-sort/")
        assert (response.status_code, response["Location"]) == (301, "/en/games/sorted-anew/")
        response = client.get("/en/games/made-sort/start/")
        assert (response.status_code, response["Location"]) == (301, "/en/games/sorted-anew/")

    def test_a_page_holds_until_its_game_goes(self, client: Client) -> None:
        make_game(SPOT, withdrawn_at=timezone.now() + timedelta(seconds=100))
        for path in ("/en/games/", "/en/games/made-spot/"):
            seconds = int(client.get(path).headers["Cache-Control"].rpartition("=")[2])
            assert 90 < seconds <= 100

    def test_what_is_not_in_english_is_shown_in_serbian_and_says_so(self, client: Client) -> None:
        game = make_game(LOCK)
        Game.objects.filter(pk=game.pk).update(title_en="")
        page = read(client, "/en/games/made-lock/")
        assert "This text is not in English yet" in page.text
        assert page.all("article", lang="sr-Cyrl")

    def test_a_step_to_what_is_not_there_is_left_out(self, client: Client) -> None:
        make_game(SORT)
        Topic.objects.filter(slug="phishing").update(withdrawn_at=timezone.now())
        page = read(client, "/en/games/made-sort/?done=1")
        assert "/en/topics/phishing/" not in links(page)
        assert not [link for link in links(page) if "not-there" in link]
        assert "/en/report/cyberbullying/" in links(page)

    def test_a_page_costs_few_queries(
        self, client: Client, games: dict[str, Game], django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for path, queries in (("made-sort/", 8), ("made-story/tell/?p=1", 10)):
            client.get(f"/sr/games/{path}")
            with django_assert_num_queries(queries):
                client.get(f"/sr/games/{path}")


class TestMachines:
    def test_structured_data_are_valid(self, client: Client, games: dict[str, Game]) -> None:
        page = read(client, "/en/games/made-sort/")
        data = json.loads(page.script[0])
        assert data["@type"] == ["Game", "LearningResource"]
        assert (data["typicalAgeRange"], data["timeRequired"], data["inLanguage"]) == ("11-14", "PT5M", "en")
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

    def test_a_shared_link_has_a_picture_of_the_title(self, client: Client, games: dict[str, Game]) -> None:
        page = read(client, "/en/games/made-sort/")
        picture = page.all("meta", property="og:image")[0]["content"]
        assert "/pictures/" in picture
        assert client.get(urlsplit(picture).path).headers["Content-Type"] == "image/png"

    def test_it_is_found_mapped_and_on_the_shelf_of_its_topic(self, client: Client, games: dict[str, Game]) -> None:
        assert "/en/games/made-lock/" in links(read(client, "/en/topics/phishing/"))
        assert "/en/games/made-sort/" in links(read(client, "/en/search/?q=Because+2"))
        sitemap = client.get("/sitemap.xml").content.decode()
        assert "/sr-latn/games/made-sort/" in sitemap
        assert "/en/games/</loc>" in sitemap
