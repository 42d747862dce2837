"""The public pages in a real browser: accessible, narrow enough, light enough, and usable without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.page_checks import DISPLAYS
from tests.e2e.pages import KINDS, faults_on, in_turns, plain_paths
from tests.live_portal import Site

OTHERS = tuple(path for path in plain_paths() if path not in KINDS)


@pytest.mark.parametrize(("width", "dark"), DISPLAYS)
def test_the_others_are_accessible_and_fit_too(visit: Callable[..., Page], width: int, dark: bool) -> None:
    """Beside one of each kind, which is looked at in every run (tests/e2e/test_each_kind.py)."""
    page = visit(width=width, dark=dark)
    assert faults_on(page, in_turns(OTHERS)[width, dark]) == {}


def test_a_first_visit_is_small_and_sets_no_cookie(visit: Callable[..., Page]) -> None:
    page = visit()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/sr/", wait_until="networkidle")
    sizes = [answer.request.sizes() for answer in answers]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= 120 * 1024
    assert page.context.cookies() == []


def test_the_menu_opens_on_a_phone_without_scripts_and_keeps_the_page(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False, width=360)
    page.goto("/sr/about/")
    parents = page.get_by_role("link", name="Родитељи")
    expect(parents).to_be_hidden()
    expect(page.get_by_role("link", name="Пријави садржај").first).to_be_in_viewport()
    page.get_by_role("button", name="Мени").click()
    expect(parents).to_be_visible()
    page.locator(".languages a[hreflang=sr-Latn]").click()
    page.wait_for_url("**/sr-latn/about/")


def test_the_first_tab_leads_past_the_frame(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/en/help/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_paper_has_the_words_the_help_lines_and_the_address(visit: Callable[..., Page], site: Site) -> None:
    page = visit(dark=True)
    page.goto("/sr/topics/cyberbullying/")
    source = page.locator(".print-source")
    expect(source).to_be_hidden()
    page.emulate_media(media="print")
    expect(source).to_contain_text(f"{site.url}/sr/topics/cyberbullying/")
    expect(page.locator("main h1")).to_be_visible()
    assert page.locator(".topic-answers .rich-text").count() >= 3
    assert all(answer.is_visible() for answer in page.locator(".topic-answers .rich-text").all())
    assert [line.is_visible() for line in page.locator(".help-line").all()] == [True] * 7
    for pressed in (".site-header", "nav", ".btn", "button", "input", ".footer-map", ".skip"):
        assert [found for found in page.locator(pressed).all() if found.is_visible()] == [], pressed
    black = page.evaluate("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
    assert black == ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]
    assert page.locator(".advice-item").first.evaluate("item => getComputedStyle(item).breakInside") == "avoid"
    page.locator("main").evaluate(
        "main => main.insertAdjacentHTML('beforeend', '<a id=out href=https://example.org/x>out</a>')"
    )
    outside = page.locator("#out")
    assert "https://example.org/x" in outside.evaluate("link => getComputedStyle(link, '::after').content")
