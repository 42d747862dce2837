"""Every page there is: those of the map of the site, and those that only come about by what a visitor does or what goes wrong."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect

from awareness.seo.sitemap import page_names
from hotline.categories import CATEGORIES
from tests.e2e.page_checks import DISPLAYS, LANGUAGES, faults
from tests.e2e.review_steps import unfold

# Rows of migrations exist without a factory.
SEED_PAGES: Final = ("topics/cyberbullying/",)
# Searches, empty lists, forms and what is not there; under a language.
STATES: Final = (
    "nowhere/",
    "search/",
    "search/?q=nothing+like+this",
    "search/?q=ucena",
    "search/?q=fising",
    "events/?town=nis",
    "resources/?type=poster&language=en",
    "resources/basket/",
    "hotline/statistics/?period=all",
    "hotline/complaint/",
    "report/status/",
    "youth-panel/join/",
    "youth-panel/join/?ended=1",
    *(f"report/{category}/" for category in CATEGORIES),
    "report/cyberbullying/?about=me",
)
# One page of each kind; `make audit` goes through all languages and looks of every page.
KINDS: Final = (
    "",
    "for-parents/",
    "topics/cyberbullying/",
    "about/",
    "help/",
    "news/",
    "resources/",
    "quizzes/",
    "quizzes/phishing-no-hook/",
    "games/",
    "games/klik/",
    "games/share-ask-never/",
    "events/",
    "youth-panel/",
    "hotline/statistics/",
    "search/?q=ucena",
    "report/",
    "report/cyberbullying/",
    "nowhere/",
)
ADDRESS: Final = "https://forum.example.org/t/"


def plain_paths() -> list[str]:
    """Paths under a language that need nothing to be made first: every public page without an argument, and the states."""
    with translation.override(settings.LANGUAGE_CODE):
        paths = [reverse(name).split("/", 2)[2] for name in page_names()]
    return list(dict.fromkeys((*paths, *SEED_PAGES, *STATES)))


def in_turns(paths: tuple[str, ...]) -> dict[tuple[int, bool], list[str]]:
    """The addresses of pages by the look in which each is looked at: the looks in turn, and the languages in each of them."""
    turns: dict[tuple[int, bool], list[str]] = {look: [] for look in DISPLAYS}
    for number, path in enumerate(paths):
        urls = turns[DISPLAYS[number % len(DISPLAYS)]]
        urls.append(f"/{LANGUAGES[len(urls) % len(LANGUAGES)]}/{path}")
    return turns


def faults_on(page: Page, urls: list[str]) -> dict[str, list[tuple[str, str]]]:
    """What is wrong on each of these addresses where something is.

    In one window: most of what a page costs is the first one of a new window.
    """
    found = {}
    for url in urls:
        answer = page.goto(url)
        assert answer
        assert answer.status == (404 if "/nowhere/" in url else 200), url
        found[url] = faults(page)
    return {url: wrong for url, wrong in found.items() if wrong}


def mapped_paths(page: Page) -> list[str]:
    """The paths of every page in the running portal's map, in all languages that each is written in."""
    found = re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", page.request.get("/sitemap.xml").text())
    assert found, "the map of the site is empty, or in parts"
    return found


def _press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def _refused(page: Page, language: str) -> None:
    page.goto(f"/{language}/report/hate-speech/")
    _press(page, "main form [type=submit].btn-primary")
    assert page.locator(".error-summary, #errors").count()


def _checked(page: Page, language: str) -> None:
    page.goto(f"/{language}/report/cyberbullying/")
    page.fill("[name=addresses]", f"Молим вас: {ADDRESS}{language} и ftp:/нешто. h t t p s")
    page.fill("[name=what]", f"Видео сам ово: {ADDRESS}{language}-2")
    unfold(page)
    page.fill("[name=contact]", "neko@example.org")
    page.check("[name=danger_now]")
    page.check("[name=consent]")
    _press(page, "main form [type=submit].btn-primary")
    expect(page.locator("main [name=send]")).to_be_visible()


def _sent(page: Page, language: str) -> None:
    _checked(page, language)
    _press(page, "main [name=send]")
    expect(page.locator("#receipt")).to_be_visible()


def _case(page: Page, language: str) -> None:
    _sent(page, language)
    receipt = page.locator("#receipt").inner_text()
    page.goto(f"/{language}/report/status/")
    page.fill("[name=receipt]", receipt)
    _press(page, "main form [type=submit]")
    page.fill("[name=text]", "Још нешто.")
    _press(page, "[name=act][value=message]")
    expect(page.get_by_text("Још нешто.")).to_be_visible()


def _wrong_receipt(page: Page, language: str) -> None:
    page.goto(f"/{language}/report/status/")
    page.fill("[name=receipt]", "7K3M Q9TZ V4HD 2XNB")
    _press(page, "main form [type=submit]")


def _complaint_refused(page: Page, language: str) -> None:
    page.goto(f"/{language}/hotline/complaint/")
    _press(page, "button[value=send]")
    expect(page.locator("#errors")).to_be_visible()


def _complaint_sent(page: Page, language: str) -> None:
    page.goto(f"/{language}/hotline/complaint/")
    page.locator("[name=about]").first.check()
    page.fill("[name=text]", "Нисте ми одговорили.")
    _press(page, "button[value=send]")
    expect(page.locator("#receipt")).to_be_visible()


def _complaint_read(page: Page, language: str) -> None:
    _complaint_sent(page, language)
    number = page.locator("#receipt").inner_text()
    page.goto(f"/{language}/hotline/complaint/")
    page.fill("[name=number]", number)
    _press(page, "button[value=read]")


def _chosen(page: Page, language: str) -> None:
    page.goto(f"/{language}/resources/")
    for number in range(3):
        _press(page, f".card >> nth={number} >> .card-basket")
    expect(page.locator(".basket-bar")).to_be_visible()


def _basket(page: Page, language: str) -> None:
    _chosen(page, language)
    _press(page, ".basket-bar a")
    page.goto(f"{page.url}&r=nema")
    expect(page.locator(".basket-row").first).to_be_visible()


def _bundle(page: Page, language: str) -> None:
    _basket(page, language)
    _press(page, ".basket-form [type=submit]")
    expect(page.locator("a[download]")).to_be_visible()


def _code_refused(page: Page, language: str) -> None:
    page.goto(f"/{language}/youth-panel/join/")
    page.fill("[name=code]", "7K3M Q9TZ V4HD 2XNB")
    _press(page, ".join-form [type=submit]")
    expect(page.locator(".error-summary")).to_be_visible()


# What a visitor comes to by forms: {name: how, in a language}.
STEPS: Final[Mapping[str, Callable[[Page, str], None]]] = {
    "report, refused": _refused,
    "report, to be checked": _checked,
    "report, sent": _sent,
    "report, case": _case,
    "report, wrong code": _wrong_receipt,
    "complaint, refused": _complaint_refused,
    "complaint, sent": _complaint_sent,
    "complaint, read": _complaint_read,
    "resources, some chosen": _chosen,
    "basket": _basket,
    "zip": _bundle,
    "panel, wrong code": _code_refused,
}
