"""A seven-year-old's ten minutes in Klik's world, on a phone, with and without scripts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.page_checks import faults

PHONE = 360


def sort_cards(page: Page, *, right: bool) -> None:
    """Put each card of the round in the better bin, or in the first bin each time."""
    cards = page.locator("fieldset.sort-card")
    better = {card.locator("legend").text_content(): card.get_attribute("data-better") for card in cards.all()}
    for _card in range(len(better)):
        text = page.locator(".stage-card").text_content()
        page.locator(f".stage-bin[data-bin={better[text]}]" if right else ".stage-bin >> nth=0").click()
        page.locator(".stage-next").click()
    expect(page.locator(".game-result")).to_be_visible()


def open_place(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def stickers(page: Page) -> int:
    return page.locator(".sticker:not(.is-empty)").count()


def test_a_child_plays_leaves_comes_back_and_erases(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit(width=PHONE, has_touch=True, is_mobile=True)
    page.goto("/en/games/klik/")
    expect(page.locator("[data-album-status]")).to_have_text("Stickers: 0 of 15")
    assert faults(page) == []
    # Wrong: the first bin for every card. No sticker, and no blame.
    open_place(page, "Messages in bottles")
    expect(page.get_by_role("button", name="Sound: off")).to_be_visible()
    sort_cards(page, right=False)
    expect(page.locator(".game-result h2")).to_contain_text("cards are in the right place")
    expect(page.locator("[data-news=sticker]")).to_be_hidden()
    # Back from the result is the game, and again the same game from its start.
    page.get_by_role("link", name="Try again").click()
    sort_cards(page, right=True)
    expect(page.locator("[data-news=sticker]")).to_be_visible()
    expect(page.locator("[data-news=star]")).to_be_visible()
    assert faults(page) == []
    page.go_back()
    expect(page.locator(".stage, .game-result").first).to_be_visible()
    page.goto("/en/games/klik/")
    assert stickers(page) == 1
    expect(page.locator(".klik-place.is-done")).to_have_count(1)
    # The path: a dead end first, then the safe ways, with the browser's Back in between.
    open_place(page, "The way home")
    page.locator(".story-choice", has_text="Type the password").click()
    expect(page.locator(".path-step")).to_contain_text("A dead end")
    page.go_back()
    expect(page.locator(".path-step")).to_have_count(0)
    for safe in ("by the stream", "Call me Klik", "Stop and ask", "Ask the hare", "Save the game"):
        page.locator(".story-choice", has_text=safe).click()
        expect(page.locator(".story-choice", has_text=safe)).to_have_count(0)
    expect(page.locator(".game-result")).to_contain_text("Straight home")
    expect(page.locator("[data-news=find]")).to_be_visible()
    assert faults(page) == []
    # Reloading the result is no new play.
    before = page.evaluate("localStorage.getItem('klik-album')")
    page.reload()
    expect(page.locator(".game-result")).to_be_visible()
    assert page.evaluate("localStorage.getItem('klik-album')") == before
    # The next day, in a new tab of the same browser.
    page.goto("about:blank")
    page.goto("/en/games/klik/")
    expect(page.locator("[data-album-status]")).to_have_text("Stickers: 3 of 15")
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a picture").click()
    download.value.save_as(tmp_path / "klik.png")
    with Image.open(tmp_path / "klik.png") as picture:
        assert picture.width == 920
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 20
    page.get_by_role("button", name="Erase everything").click()
    expect(page.locator("[data-album-status]")).to_contain_text("The album is empty again")
    assert stickers(page) == 0
    assert page.evaluate("localStorage.getItem('klik-album')") is None
    page.reload()
    assert stickers(page) == 0
    assert page.context.cookies() == []


def test_the_same_child_without_scripts(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False, width=PHONE, dark=True)
    page.goto("/en/games/klik/")
    expect(page.get_by_text("The album needs scripts")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    open_place(page, "Fox traps")
    boxes = page.locator(".mock-part input")
    for box in boxes.all():
        box.check()
    page.get_by_role("button", name="Check answers").click()
    # Everything is marked, and it does not win.
    expect(page.locator(".game-result")).not_to_have_class(re.compile("is-complete"))
    expect(page.locator(".game-result")).to_contain_text("places that are all right")
    page.get_by_role("link", name="Next round").click()
    expect(page.get_by_text("Round 2 of 2")).to_be_visible()
    page.go_back()
    expect(page.locator(".game-result")).to_be_visible()
    page.get_by_role("link", name="Other games").click()
    open_place(page, "The way home")
    page.locator(".story-choice", has_text="Type the password").click()
    page.locator(".story-choice", has_text="by the stream").click()
    expect(page.get_by_text("Crossing 2 of 5")).to_be_visible()


@pytest.mark.parametrize("damaged", ["{", "[]", '{"games": 5, "finds": {"a": 1}}', '{"games": {"x": "y"}}'])
def test_a_damaged_album_is_an_empty_one(visit: Callable[..., Page], damaged: str) -> None:
    page = visit(width=PHONE)
    page.goto("/en/games/klik/")
    page.evaluate("text => localStorage.setItem('klik-album', text)", damaged)
    page.reload()
    expect(page.locator("[data-album-status]")).to_have_text("Stickers: 0 of 15")
