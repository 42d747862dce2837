"""From a search in any spelling to help: with and without scripts, by the box that every page has."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.live_portal import Site


@pytest.mark.parametrize(("language", "typed", "title"), [("sr", "pretnja", "Помоћ"), ("sr-latn", "претња", "Pomoć")])
def test_a_parent_gets_from_a_search_to_help_in_two_clicks(
    site: Site, visit: Callable[..., Page], language: str, typed: str, title: str
) -> None:
    site.manage("reindex")
    page = visit(javascript=False, width=360)
    page.goto(f"/{language}/search/")
    page.locator("#q").fill(typed)
    page.locator("#q").press("Enter")
    expect(page.locator("#search-help")).to_be_visible()
    page.locator(".result a", has_text=title).first.click()
    expect(page).to_have_url(f"{site.url}/{language}/help/")


def test_the_glass_in_the_header_opens_over_its_neighbours(site: Site, visit: Callable[..., Page]) -> None:
    page = visit(width=1280)
    page.goto("/sr/about/")
    page.locator("#search").focus()
    page.keyboard.type("полиција")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    box = page.locator("#search").bounding_box()
    assert box is not None
    assert box["width"] > 150
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value("полиција")
