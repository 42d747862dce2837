"""Public pages stay short on a phone."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from awareness.lessons.selectors import ready_lessons
from awareness.library.models import Resource
from awareness.quizzes.models import Quiz
from clicksafely.common.content.loader import loaded_rows
from clicksafely.common.page_cache import content_version
from tests.live_portal import Site
from tests.waiting import until

MAX_HEIGHT = 6000
LISTS = {"/sr/quizzes/": Quiz, "/sr/resources/": Resource}


@pytest.fixture(autouse=True)
def only_loaded_rows(site: Site, visit: Callable[..., Page]) -> Iterator[None]:
    """The lists have the content of every installation, without rows of other tests."""
    reader = visit()
    hidden = {}
    with site.orm():
        for path, model in LISTS.items():
            others = model.objects.visible(timezone.now()).exclude(pk__in=loaded_rows(model._meta.label_lower))
            hidden[path] = list(others.values("pk", "slug", "published_at", "withdrawn_at"))
            others.update(published_at=None, withdrawn_at=None)
        content_version.bump()

    def are_hidden(path: str) -> bool:
        reader.goto(path)
        return not any(f"{path}{row['slug']}/" in reader.content() for row in hidden[path])

    for path in LISTS:
        until(lambda path=path: are_hidden(path), what=f"{path} without other rows")
    yield
    with site.orm():
        for path, model in LISTS.items():
            for row in hidden[path]:
                dates = {name: row[name] for name in ("published_at", "withdrawn_at")}
                model.objects.filter(pk=row["pk"]).update(**dates)
        content_version.bump()


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
