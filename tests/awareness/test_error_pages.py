"""Error pages and the footer: in every language, for children and adults alike, without the database, in public and staff processes."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation

from tests.clients.page_reader import PageReader

CODES = (400, 403, 404, 413, 429, 500, 503)


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nothing")


# Pronouns of „ти“ and „Ви“, and imperatives of „Ви“ and the commonest of „ти“.
ADDRESS = re.compile(
    r"\b(?:ти|те|тебе|теби|тобом|твој\w*|ви|вас|вама|ваш\w*|\w+(?:ајте|ите|ујте)|пробај|провери|врати|почни|крени|пиши|зови|придружи)\b",
    re.IGNORECASE,
)

# A staff process serves no public URLs.
urlpatterns = [path("admin/", nothing)]


def page(code: int, url: str, language: str) -> PageReader:
    request = RequestFactory().get(url)
    with translation.override(language):
        return PageReader(render_to_string(f"{code}.html", {"request": request}))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_has_a_message_and_links(code: int, language: str) -> None:
    """Without a database fixture, so a query fails the test."""
    error_page = page(code, f"/{language}/nowhere/", language)
    assert str(code) in error_page.words
    assert len(error_page.all("h1")) == len(error_page.all("main")) == 1
    links = [link["href"] for link in error_page.all("a")]
    assert f"/{language}/" in links
    assert f"/{language}/help/" in links
    assert error_page.all("meta", name="robots") == [{"name": "robots", "content": "noindex"}]
    assert error_page.all("link", rel="canonical") == []


@pytest.mark.parametrize("code", CODES)
@override_settings(ROOT_URLCONF="tests.awareness.test_error_pages")
def test_staff_process_has_error_pages(code: int) -> None:
    error_page = page(code, "/admin/nowhere/", "sr")
    assert str(code) in error_page.words
    assert [link["href"] for link in error_page.all("a")] == ["#content"]


def test_the_help_lines_survive_the_database() -> None:
    links = [link["href"] for link in page(503, "/sr/", "sr").all("a")]
    assert [f"tel:{number}" in links for number in ("192", "19833", "116111", "116000")] == [True] * 4


@pytest.mark.parametrize("code", [404, 500])
@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/sr/nowhere/", True),
        ("/sr/report/nowhere/", False),
        ("/sr/hotline/nowhere/", False),
        ("/sr/help/nowhere/", False),
        ("/admin/nowhere/", False),
    ],
)
def test_distress_and_staff_pages_have_no_drawings(code: int, url: str, shown: bool) -> None:
    assert any("img/scenes/" in image["src"] for image in page(code, url, "sr").all("img")) is shown


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_answered_in_its_language(client: Client) -> None:
    response = client.get("/en/nowhere/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()
    assert "Страница није пронађена" in client.get("/sr/nowhere/").content.decode()
    assert "Stranica nije pronađena" in client.get("/sr-latn/nowhere/").content.decode()


@pytest.mark.parametrize("code", CODES)
def test_a_child_and_an_adult_are_addressed_alike(code: int) -> None:
    request = RequestFactory().get("/sr/nowhere/")
    with translation.override("sr"):
        text = render_to_string(f"{code}.html", {"request": request})
    main = text.partition("<main")[2]
    assert ADDRESS.findall(" ".join(PageReader(f"<main{main}").text.split())) == []


def test_the_footer_addresses_all_visitors_alike(client: Client, db: None) -> None:
    footer = client.get("/sr/").content.decode().partition('<footer class="site-footer">')[2]
    assert "Улаз у час" in footer
    # The names and the descriptions of help lines are content for everyone too.
    assert ADDRESS.findall(PageReader(footer).text) == []


def test_entering_a_class_is_in_the_bar_of_each_page(client: Client, db: None) -> None:
    bar = client.get("/en/").content.decode().partition('<nav class="sections"')[2].partition("<details")[0]
    assert '<a href="/en/class/">Enter a class</a>' in bar
