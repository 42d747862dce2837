"""The seed games: every game is playable to every ending."""

from collections.abc import Iterator

import pytest
from django.test import Client

from awareness.games.kinds.registry import GAME_KINDS
from awareness.games.kinds.story import read_story
from awareness.games.models import Game
from awareness.games.rules.story import Story, StoryPosition, endings, follow_path
from awareness.quizzes.models import Quiz
from tests.clients.games import endings_by_links, form_fields, read, right_answers
from tests.clients.page_reader import PageReader

pytestmark = pytest.mark.django_db


def test_there_are_enough_of_known_kinds() -> None:
    kinds = list(Game.objects.values_list("kind", flat=True))
    assert len(kinds) >= 6
    assert set(kinds) <= set(GAME_KINDS)


@pytest.mark.slow
def test_each_is_finished_without_a_script(client: Client) -> None:
    for game in Game.objects.exclude(kind__in=["story", "path"]):
        for language in ("sr", "en"):
            path = f"/{language}/games/{game.slug}/"
            offered = form_fields(read(client, path))
            answers = right_answers(game)
            assert offered.keys() - {"done"} == answers.keys()
            page = PageReader(client.get(path, {**answers, "done": "1"}).content.decode())
            assert "is-complete" in page.all("section", role="status")[0]["class"], path
            assert len(page.all("section", **{"class": "section next-steps"})) == 1


@pytest.mark.slow
def test_each_path_leads_home_by_links_with_and_without_dead_ends(client: Client) -> None:
    for game in Game.objects.filter(kind="path"):
        for safe in (True, False):
            page, steps = read(client, f"/sr/games/{game.slug}/"), 0
            while ways := page.all("a", **{"class": "story-choice"}):
                before, page = page, read(client, ways[0 if safe else -1]["href"])
                steps += 1
            assert page.all("section", role="status"), before.text
            assert steps >= 5


def test_each_story_has_pictures_and_returns_to_a_choice() -> None:
    """The new stories have a drawing in each scene. Each echo belongs to a choice that leads to its scene."""
    for slug in ("the-room-picture", "the-voice-message", "passed-on"):
        for language in ("sr", "en"):
            story = read_story(Game.objects.get(slug=slug).content_in(language))
            assert all(scene.picture and scene.alt for scene in story.scenes)
            echoes = {echo for place in positions(story) for echo in place.echoes}
            assert echoes == {echo.text for scene in story.scenes for echo in scene.echoes}, slug
            assert len(echoes) >= 5


def positions(story: Story) -> Iterator[StoryPosition]:
    """Yield the positions after all paths of at most seven choices."""
    paths = [""]
    while paths:
        place = follow_path(story, paths.pop())
        assert place is not None
        yield place
        if len(place.way) < 7:
            paths += [f"{place.way}{number}" for number in range(1, len(place.scene.choices) + 1)]


def test_nothing_of_a_klik_game_leads_to_content_for_the_oldest() -> None:
    oldest = {("game", game.slug) for game in Game.objects.filter(level="15-18")}
    oldest |= {("quiz", quiz.slug) for quiz in Quiz.objects.filter(level="15-18")}
    assert len(oldest) >= 4
    for game in Game.objects.filter(level="7-10"):
        assert {(step.kind, step.slug) for step in game.next_steps}.isdisjoint(oldest)


@pytest.mark.slow
def test_each_story_is_walked_to_every_ending(client: Client) -> None:
    stories = Game.objects.filter(kind="story")
    assert stories
    for game in stories:
        ends = {scene.key for scene in endings(read_story(game.content_in("sr")))}
        assert len(ends) >= 3
        assert endings_by_links(client, f"/sr/games/{game.slug}/") == ends


def test_meters_of_a_way_are_those_of_its_choices(client: Client) -> None:
    for game in Game.objects.filter(kind="story"):
        story = read_story(game.content_in("sr"))
        place = follow_path(story, "1")
        assert place is not None
        text = read(client, f"/en/games/{game.slug}/{place.scene.key}/?p=1").text
        for reading in place.readings:
            assert f"{reading.value} of 10" in text
