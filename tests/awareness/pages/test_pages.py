"""Every page of the Centre: layout, languages, forbidden content and link targets."""

import json
import re
from functools import cache
from itertools import cycle, pairwise
from urllib.parse import urldefrag, urljoin

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import resolve, reverse
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from awareness.topics.models import Topic
from clicksafely.common.i18n.language import language_of_path
from tests.cases import failed_cases
from tests.clients.page_reader import PageReader

LANGUAGES = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "en": "en"}
NAMES = (
    "home",
    "for-children",
    "for-parents",
    "for-teachers",
    "youth-panel",
    "about",
    "help",
    "privacy",
    "accessibility",
    "contact",
    "partners",
    "search",
    "topics",
    "news",
    "quizzes",
    "games",
    "events",
    "events-past",
    "recommendations",
)
# Each page in one language, and the home page in each.
CASES = [*zip(NAMES, cycle(LANGUAGES), strict=False), ("home", "sr-latn"), ("home", "en")]
CYRILLIC = re.compile(r"[\u0400-\u04ff]+")

pytestmark = pytest.mark.django_db


def address(name: str, language: str) -> str:
    with translation.override(language):
        return reverse(name)


@cache
def answer_of(name: str, language: str) -> HttpResponse:
    """The page as sent to a visitor. The tests change no data, so each page is fetched once."""
    with override_settings(SITE_URL="https://klik.example.org/"):
        response = Client().get(address(name, language))
    assert response.status_code == 200, (name, language)
    return response


def html(name: str, language: str) -> str:
    return answer_of(name, language).content.decode()


@cache
def read(name: str, language: str) -> PageReader:
    return PageReader(html(name, language))


def check_frame(name: str, language: str) -> None:
    source, page = html(name, language), read(name, language)
    assert [element["lang"] for element in page.all("html")] == [LANGUAGES[language]]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("footer")) == 1
    assert page.all("a", **{"class": "skip"})[0]["href"] == "#" + page.all("main")[0]["id"]
    assert len(page.ids()) == len(set(page.ids()))
    levels = [int(tag[1]) for tag, _attributes in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert all("alt" in image for image in page.all("img"))
    assert "{{" not in source
    assert "{%" not in source


def check_sources(case: tuple[str, str]) -> None:
    page = read(*case)
    assert all("style" not in attributes for _tag, attributes in page.elements)
    assert not [key for _tag, attributes in page.elements for key in attributes if key.startswith("on")]
    assert page.all("style") == []
    assert {script.get("type") for script in page.all("script")} <= {"application/ld+json", "module"}
    urls = [e["src"] for e in page.all("img") + page.all("script") if "src" in e]
    urls += [e["href"] for e in page.all("link") if e["rel"] not in {"canonical", "alternate"}]
    assert [url for url in urls if not url.startswith(settings.STATIC_URL)] == []


def check_links(name: str, language: str) -> None:
    page = read(name, language)
    links = [link["href"] for link in page.all("a")]
    assert [f"tel:{number}" in links for number in ("192", "19833", "116111", "116000")] == [True] * 4
    for page_name in ("report", "report-status", "privacy", "accessibility", "partners", "contact", "help"):
        assert address(page_name, language) in links
    switch = [(link["hreflang"], link["href"]) for link in page.all("a") if "hreflang" in link]
    assert switch == [(tag, address(name, code)) for code, tag in LANGUAGES.items()]


def check_metadata(name: str, language: str) -> None:
    page = read(name, language)
    here = "https://klik.example.org" + address(name, language)
    assert [link["href"] for link in page.all("link", rel="canonical")] == [here]
    # A feed is an alternate too, of another type.
    assert {link["hreflang"]: link["href"] for link in page.all("link", rel="alternate") if "type" not in link} == {
        **{tag: "https://klik.example.org" + address(name, code) for code, tag in LANGUAGES.items()},
        "x-default": "https://klik.example.org" + address(name, "sr"),
    }
    assert len(page.all("meta", name="description")[0]["content"]) > 40
    assert [meta["content"] for meta in page.all("meta", property="og:url")] == [here]
    assert re.match("https://klik.example.org/pictures/", page.all("meta", property="og:image")[0]["content"])
    organisation = json.loads(page.script[0])
    assert (organisation["@type"], organisation["foundingDate"]) == ("Organization", "2013-01")


def check_headers(name: str, language: str) -> None:
    response = answer_of(name, language)
    # A search may reveal a person's distress, so it must not be cached.
    assert response.headers["Cache-Control"] == ("no-store" if name == "search" else "public, max-age=300")
    assert not response.cookies


def check_words(name: str, language: str) -> None:
    page = read(name, language)
    if language == "sr-latn":
        assert CYRILLIC.findall(page.text) == []
    if language == "sr":
        # English sentences on a Serbian page are messages missing in the catalogue.
        assert [words for words in page.words if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", words)] == []


def test_nothing_runs_or_comes_from_elsewhere() -> None:
    assert failed_cases(check_sources, CASES) == {}


@pytest.mark.parametrize(("name", "language"), CASES)
def test_a_page_is_whole_public_and_in_its_language(name: str, language: str) -> None:
    checks = (check_frame, check_links, check_metadata, check_headers, check_words)
    assert failed_cases(lambda check: check(name, language), checks) == {}


def test_no_link_is_dead() -> None:
    pages = {address(name, "en"): read(name, "en") for name in NAMES}
    for url, page in pages.items():
        for link in page.all("a"):
            path, anchor = urldefrag(link["href"])
            if not path.startswith(("/", "#", "?")) and path:
                removal = link.get("rel") == "external noopener noreferrer"
                assert removal or path.startswith(("tel:", "mailto:", "webcal:")), f"{url} leads to {path}"
                continue
            target = urljoin(url, path)
            with translation.override(language_of_path(target)):
                resolve(target.partition("?")[0])
            if anchor and target in pages:
                assert anchor in pages[target].ids(), f"{url} leads to {link['href']}"


def test_every_audience_is_advised_on_every_subject() -> None:
    subjects = set(Topic.objects.visible(timezone.now()).values_list("slug", flat=True))
    for name in ("for-children", "for-parents", "for-teachers"):
        page = read(name, "en")
        assert len(list(page.all("details", **{"class": "advice-item"}))) == len(subjects)
        assert set(page.ids()) >= subjects


def test_a_pupil_and_a_teacher_find_the_class() -> None:
    for name in ("home", "for-children", "for-teachers"):
        assert "/en/class/" in {link["href"] for link in read(name, "en").all("a")}
    assert "/cas</b>" in html("for-teachers", "en")
    for path in ("/cas", "/cas/"):
        response = Client(headers={"Accept-Language": "en"}).get(path)
        assert (response.status_code, response["Location"]) == (302, "/en/class/")


def test_the_mascot_is_not_on_the_help_page() -> None:
    assert "klik-" in html("home", "en")
    assert "klik-" not in html("help", "en")


def test_a_page_costs_few_queries(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for name, queries in (("home", 1), ("for-parents", 1), ("partners", 2), ("contact", 2), ("topics", 3)):
        client.get(address(name, "sr"))
        with django_assert_max_num_queries(queries):
            client.get(address(name, "sr"))
