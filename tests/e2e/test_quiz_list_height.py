"""The list of quizzes stays short on a phone."""

from collections.abc import Callable

from playwright.sync_api import Page

MAX_HEIGHT = 6000


def test_each_page_of_the_list_is_short_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit(width=360)
    high = {}
    path = "/sr/quizzes/"
    while path:
        page.goto(path)
        if (height := page.evaluate("document.documentElement.scrollHeight")) > MAX_HEIGHT:
            high[path] = height
        onwards = page.locator("a[rel=next]")
        path = f"/sr/quizzes/{onwards.get_attribute('href')}" if onwards.count() else ""
    assert high == {}
