"""Rows of content forms in a browser: moved by keyboard, by dragging, and by number without scripts."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from awareness.games.models import Game
from awareness.news.models import Article
from awareness.publishing.models import Draft
from clicksafely.common.models import UnsavedForm
from tests.e2e.page_checks import faults
from tests.live_portal import Site

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def orm(site: Site) -> Iterator[None]:
    """The site's own database, without drafts and offers of unsaved text."""
    with site.orm():
        Draft.objects.all().delete()
        UnsavedForm.objects.all().delete()
        yield
        Draft.objects.all().delete()


def open_story(page: Page) -> tuple[Game, list[str]]:
    """Open the form of a public story, and return the story with the keys of its scenes."""
    game = Game.objects.filter(kind="story", published_at__isnull=False).earliest("pk")
    page.goto(f"/admin/games/game/{game.pk}/change/")
    return game, [scene["key"] for scene in game.content["scenes"]]


def saved_keys(page: Page, game: Game) -> list[str]:
    with page.expect_navigation():
        page.locator("[name=_save]").press("Enter")
    expect(page.locator("li.success").first).to_be_visible()
    content = Draft.objects.get(kind="games.game", object_id=game.pk).content["content"]
    return [scene["key"] for scene in content["scenes"]]


def test_scenes_and_their_choices_move_by_keyboard(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor")
    game, keys = open_story(page)
    scenes = page.locator("#scenes-group > .game-item")
    up = scenes.nth(1).locator(":scope > .order-tools button").nth(1)
    up.press("Enter")
    expect(page.locator(".order-status")).to_have_text(f"Место 1 од {scenes.count()}")
    expect(scenes.first.locator(":scope > .order-tools button").nth(1)).to_be_focused()
    expect(scenes.first.locator(":scope > details > summary .row-number")).to_have_text("1")
    scenes.nth(1).locator(":scope > details > summary").click()
    choices = scenes.nth(1).locator(".game-inner").first.locator(":scope > .game-item")
    texts = game.content["scenes"][0]["choices"]
    choices.first.locator(":scope > .order-tools button").nth(2).press("Enter")
    assert faults(page, fingers=False) == []
    assert saved_keys(page, game) == [keys[1], keys[0], *keys[2:]]
    content = Draft.objects.get(kind="games.game", object_id=game.pk).content["content"]
    choice_texts = [choice["text"]["sr"] for choice in content["scenes"][1]["choices"][:2]]
    assert choice_texts == [texts[1]["text"]["sr"], texts[0]["text"]["sr"]]


def test_scenes_move_by_number_without_scripts(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor", javascript=False)
    game, keys = open_story(page)
    for place, number in ((0, "2"), (1, "1")):
        page.locator("#scenes-group > .game-item").nth(place).locator(":scope > details > summary").click()
        page.locator(f"[name=scenes-{place}-ORDER]").fill(number)
    assert saved_keys(page, game) == [keys[1], keys[0], *keys[2:]]


def test_blocks_of_an_article_are_dragged(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor")
    article = next(article for article in Article.objects.exclude(published_at=None) if article.blocks.count() > 2)
    page.goto(f"/admin/news/article/{article.pk}/change/")
    rows = page.locator("#blocks-group .folded-row.has_original")
    handle = rows.first.locator(":scope > .order-tools button").first
    handle.scroll_into_view_if_needed()
    begin, end = handle.bounding_box(), rows.nth(1).bounding_box()
    assert begin is not None
    assert end is not None
    page.mouse.move(begin["x"] + 5, begin["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 10, steps=4)
    page.mouse.up()
    expect(page.locator("[name=blocks-0-order]")).to_have_value("2")
    expect(page.locator("[name=blocks-1-order]")).to_have_value("1")
