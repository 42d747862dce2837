"""What the portal is founded with: every game played to every end."""

import pytest
from django.test import Client

from awareness.games.enums import GameKind
from awareness.games.mappers import StoredParts, read_story
from awareness.games.models import Game
from awareness.games.rules.story import endings, follow_path
from tests.awareness.games.visiting import endings_by_links, form_fields, read, right_answers
from tests.awareness.reader import PageReader

pytestmark = pytest.mark.django_db


def test_there_are_enough_of_every_kind() -> None:
    kinds = list(Game.objects.values_list("kind", flat=True))
    assert len(kinds) >= 6
    assert set(kinds) == set(GameKind.values)


@pytest.mark.slow
def test_each_is_finished_without_a_script(client: Client) -> None:
    for game in Game.objects.exclude(kind="story"):
        for language in ("sr", "en"):
            path = f"/{language}/games/{game.slug}/"
            offered = form_fields(read(client, path))
            answers = right_answers(game)
            assert offered.keys() - {"done"} == answers.keys()
            page = PageReader(client.get(path, {**answers, "done": "1"}).content.decode())
            assert "is-complete" in page.all("section", role="status")[0]["class"], path
            assert len(page.all("section", **{"class": "section next-steps"})) == 1


@pytest.mark.slow
def test_each_story_is_walked_to_every_ending(client: Client) -> None:
    stories = Game.objects.filter(kind="story")
    assert stories
    for game in stories:
        ends = {scene.key for scene in endings(read_story(StoredParts(game)))}
        assert len(ends) >= 3
        assert endings_by_links(client, f"/sr/games/{game.slug}/") == ends


def test_meters_of_a_way_are_those_of_its_choices(client: Client) -> None:
    for game in Game.objects.filter(kind="story"):
        story = read_story(StoredParts(game))
        place = follow_path(story, "1")
        assert place is not None
        text = read(client, f"/en/games/{game.slug}/{place.scene.key}/?p=1").text
        for reading in place.readings:
            assert f"{reading.value} of 10" in text
