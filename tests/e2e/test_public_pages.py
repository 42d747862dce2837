"""The public pages in a real browser: accessible, narrow enough, light enough, and usable without scripts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Every page once, the languages, themes and sizes in turn; `make audit` goes through all of them.
SAMPLE = [
    ("/sr/", 360, False),
    ("/en/", 1280, True),
    ("/sr-latn/for-children/", 360, True),
    ("/sr/for-parents/", 1280, False),
    ("/en/for-teachers/", 360, False),
    ("/sr-latn/youth-panel/", 1280, True),
    ("/sr/about/", 360, True),
    ("/sr-latn/help/", 360, False),
    ("/en/privacy/", 1280, False),
    ("/sr/accessibility/", 1280, True),
    ("/en/contact/", 360, True),
    ("/sr-latn/partners/", 1280, False),
    ("/sr/hotline/statistics/", 360, True),
    ("/en/hotline/statistics/?period=all", 1280, False),
    ("/sr/nowhere/", 360, False),
    ("/sr/topics/cyberbullying/", 360, True),
    ("/sr-latn/topics/", 1280, False),
    ("/en/news/", 360, False),
    ("/sr/search/", 1280, False),
    ("/en/search/?q=nothing+like+this", 360, True),
    ("/sr-latn/search/?q=ucena", 360, False),
]
TOO_SMALL = """[...document.querySelectorAll('a, button, summary')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width && box.height < 43.5 && getComputedStyle(element).display !== 'inline';
}).map(element => element.outerHTML)"""


@pytest.mark.parametrize(("url", "width", "dark"), SAMPLE)
def test_is_accessible_and_fits(visit: Callable[..., Page], url: str, width: int, dark: bool) -> None:
    page = visit(width=width, dark=dark)
    page.goto(url)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(TOO_SMALL) == []


def test_a_first_visit_is_light_asks_nobody_else_and_leaves_no_cookie(visit: Callable[..., Page]) -> None:
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


def test_report_stays_in_reach_while_scrolling(visit: Callable[..., Page]) -> None:
    page = visit(width=360, height=740)
    page.goto("/sr/for-parents/")
    page.mouse.wheel(0, 4000)
    expect(page.locator(".report-button")).to_be_in_viewport()


def test_answers_open_one_at_a_time_without_scripts(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False)
    page.goto("/en/")
    answers = page.locator(".answer")
    answers.nth(0).locator("summary").click()
    expect(answers.nth(0).locator("p")).to_be_visible()
    answers.nth(1).locator("summary").click()
    expect(answers.nth(1).locator("p")).to_be_visible()
    expect(answers.nth(0).locator("p")).to_be_hidden()
