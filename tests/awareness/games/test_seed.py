"""The seed games: every game is playable to every ending, in the stated minutes."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from django.test import Client

from awareness.games.content import KINDS, estimate_minutes
from awareness.games.kinds.story import read_story
from awareness.games.models import Game
from awareness.games.rules.story import endings
from awareness.quizzes.models import Quiz
from clicksafely.common.content.files import Document
from tests.awareness.seed import game_documents
from tests.clients.games import endings_by_links, form_fields, read, right_answers
from tests.clients.page_reader import PageReader

pytestmark = pytest.mark.django_db


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


def test_the_stated_minutes_are_those_of_five_scripted_plays() -> None:
    documents = game_documents()
    estimated = {each["slug"]: estimate_minutes(each) for each in documents}
    assert {each["slug"]: each["minutes"] for each in documents} == estimated


def test_the_content_check_names_wrong_minutes() -> None:
    (kind,) = KINDS
    wrong = deepcopy(game_documents()[0])
    wrong["minutes"] += 5
    problems = list(kind.check(Document(Path("wrong.json"), wrong, yaml.MappingNode("map", []))))
    assert problems == [("minutes", f"{wrong['minutes']} stated, but five scripted plays take {wrong['minutes'] - 5}")]
