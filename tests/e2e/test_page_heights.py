"""Public pages stay short on a phone."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from awareness.lessons.selectors import ready_lessons
from tests.live_portal import Site

MAX_HEIGHT = 6000


def height(page: Page, path: str) -> int:
    page.goto(path)
    return int(page.evaluate("document.documentElement.scrollHeight"))


def test_each_page_of_the_list_of_quizzes_is_short(visit: Callable[..., Page]) -> None:
    page = visit(width=360)
    high = {}
    path = "/sr/quizzes/"
    while path:
        if (found := height(page, path)) > MAX_HEIGHT:
            high[path] = found
        onwards = page.locator("a[rel=next]")
        path = f"/sr/quizzes/{onwards.get_attribute('href')}" if onwards.count() else ""
    assert high == {}


@pytest.mark.parametrize("language", ["sr", "en"])
def test_long_texts_files_and_lists_are_folded(site: Site, visit: Callable[..., Page], language: str) -> None:
    with site.orm():
        lessons = [each for several in ready_lessons(timezone.now()).values() for each in several][:2]
        chosen = [f"lesson/?grade={each.grade}&topic={each.topic.slug}" for each in lessons]
    page = visit(width=360)
    found = {path: height(page, f"/{language}/{path}") for path in ("help/", "privacy/", "resources/", *chosen)}
    assert chosen
    assert {path: size for path, size in found.items() if size > MAX_HEIGHT} == {}
