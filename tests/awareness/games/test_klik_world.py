"""Klik's world: the map, its games, and the weight of each game."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from awareness.games.enums import Find, Picture
from awareness.games.models import Game
from awareness.games.selectors import latest_games
from clicksafely.common.illustrations import AVAILABLE_ILLUSTRATIONS
from tests.clients.games import links, read
from tests.clients.page_reader import PageReader

pytestmark = pytest.mark.django_db
STATIC = Path(settings.BASE_DIR, "static")
MAX_BYTES = 200_000


def test_the_map_links_to_each_game_for_the_youngest_and_to_no_other(client: Client) -> None:
    for language in ("sr", "sr-latn", "en"):
        page = read(client, f"/{language}/games/klik/")
        places = {link["data-place"] for link in page.all("a") if "data-place" in link}
        assert places == set(Game.objects.filter(level="7-10").values_list("slug", flat=True))
        assert len(places) >= 7
        others = Game.objects.exclude(level="7-10").values_list("slug", flat=True)
        assert not {link for link in links(page) for slug in others if f"/{slug}/" in link}
        assert "All games work" in page.text or language != "en"


def test_the_list_of_games_opens_with_the_map_and_ends_with_the_oldest(client: Client) -> None:
    page = read(client, "/en/games/")
    assert "/en/games/klik/" in links(page)
    levels = [game.level for game in map(_game, links(page)) if game]
    assert levels == sorted(levels, key=lambda level: int(level.partition("-")[0]))
    assert {game.level for game in latest_games(6, timezone.now())} == {"7-10"}
    assert "/en/games/klik/" not in links(read(client, "/en/games/?level=15-18"))


def test_a_game_of_the_map_leads_back_to_it(client: Client) -> None:
    page = read(client, "/en/games/share-ask-never/?done=1")
    (note,) = [note for note in page.all("p") if "data-finished" in note]
    assert (note["data-finished"], note["data-earned"], note["data-full"]) == ("share-ask-never", "no", "no")
    assert set(note["data-finds"].split()) == set(Find.values)
    assert "/en/games/klik/" in links(page)
    assert not [note for note in read(client, "/en/games/lock-it/?done=1").all("p") if "data-finished" in note]


def test_no_game_takes_the_address_of_the_map() -> None:
    game = Game.objects.filter(level="7-10").first()
    assert game is not None
    game.slug = "klik"
    with translation.override("en"), pytest.raises(ValidationError, match="belongs to another page"):
        game.full_clean()


def test_every_card_and_sticker_is_drawn() -> None:
    expected = {f"cards/{name}" for name in Picture.values} | {f"finds/{name}" for name in Find.values}
    assert expected == {name for name in AVAILABLE_ILLUSTRATIONS if name.startswith(("cards/", "finds/"))}


def test_each_game_weighs_at_most_200_kilobytes_beyond_the_page(client: Client) -> None:
    """All scripts of games, its style sheet, and its pictures, as compressed on the wire."""
    scripts = sum(_size(path) for path in (STATIC / "js" / "games").glob("*.js"))
    style = _size(STATIC / "css" / "public" / "games.css")
    for game in Game.objects.filter(level="7-10"):
        pictures = {path for url in _pages(client, game) for path in _pictures(read(client, url))}
        weight = scripts + style + sum(map(_size, pictures))
        assert 10_000 < weight <= MAX_BYTES, game.slug


def _size(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


def _pages(client: Client, game: Game) -> list[str]:
    base = f"/en/games/{game.slug}/"
    scenes = [f"{base}start/"] if game.kind == "story" else [f"{base}?round=2", f"{base}?done=1"]
    return [base, *scenes]


def _pictures(page: PageReader) -> set[Path]:
    sources = [attributes.get("src") or attributes.get("href") or "" for _tag, attributes in page.elements]
    found = (re.search(r"/static/(img/.+?)(?:\.[0-9a-f]{8,12})?\.svg$", source) for source in sources)
    return {STATIC / f"{match[1]}.svg" for match in found if match}


def _game(link: str) -> Any:
    match = re.fullmatch(r"/en/games/([\w-]+)/", link)
    return Game.objects.filter(slug=match[1]).first() if match else None
