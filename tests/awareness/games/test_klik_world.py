"""Klik's world: the map and its games."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from awareness.games.enums import Find, Picture
from awareness.games.models import Game
from clicksafely.common.illustrations import AVAILABLE_ILLUSTRATIONS
from tests.clients.games import links, read

pytestmark = pytest.mark.django_db


def test_the_map_links_to_each_game_for_the_youngest_and_to_no_other(client: Client) -> None:
    page = read(client, "/en/games/klik/")
    places = {link["data-place"] for link in page.all("a") if "data-place" in link}
    assert places == set(Game.objects.filter(level="7-10").values_list("slug", flat=True))
    others = Game.objects.exclude(level="7-10").values_list("slug", flat=True)
    assert not {link for link in links(page) for slug in others if f"/{slug}/" in link}


def test_a_game_of_the_map_leads_back_to_it(client: Client) -> None:
    page = read(client, "/en/games/share-ask-never/?done=1")
    (note,) = [note for note in page.all("p") if "data-finished" in note]
    assert (note["data-finished"], note["data-earned"], note["data-full"]) == ("share-ask-never", "no", "no")
    assert set(note["data-finds"].split()) == set(Find.values)
    assert "/en/games/klik/" in links(page)
    assert not [note for note in read(client, "/en/games/lock-it/?done=1").all("p") if "data-finished" in note]


def test_no_game_takes_the_address_of_the_map() -> None:
    with pytest.raises(ValidationError, match="slug"):
        Game(slug="klik", kind="sort", level="7-10", minutes=3).full_clean()


def test_every_card_and_sticker_is_drawn() -> None:
    expected = {f"cards/{name}" for name in Picture.values} | {f"finds/{name}" for name in Find.values}
    assert expected == {name for name in AVAILABLE_ILLUSTRATIONS if name.startswith(("cards/", "finds/"))}


def test_the_drawings_of_a_game_have_names(client: Client) -> None:
    pictures = read(client, "/en/games/card-memory/").all("img", **{"class": "pair-picture"})
    assert pictures
    assert all(picture["data-name"] for picture in pictures)
