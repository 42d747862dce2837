"""Error pages without the database, in public and staff processes."""

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


# A staff process serves no public URLs.
urlpatterns = [path("admin/", nothing)]


def page(code: int, url: str, language: str) -> PageReader:
    request = RequestFactory().get(url)
    with translation.override(language):
        return PageReader(render_to_string(f"{code}.html", {"request": request}))


@pytest.mark.parametrize("code", CODES)
def test_has_a_message_and_links(code: int) -> None:
    """Without a database fixture, so a query fails the test."""
    error_page = page(code, "/sr-latn/nowhere/", "sr-latn")
    assert str(code) in error_page.words
    assert len(error_page.all("h1")) == len(error_page.all("main")) == 1
    links = [link["href"] for link in error_page.all("a")]
    assert {"/sr-latn/", "/sr-latn/help/"} <= set(links)
    assert error_page.all("meta", name="robots") == [{"name": "robots", "content": "noindex"}]
    assert error_page.all("link", rel="canonical") == []


def test_the_help_lines_survive_the_database() -> None:
    links = [link["href"] for link in page(503, "/sr/", "sr").all("a")]
    assert [f"tel:{number}" in links for number in ("192", "19833", "116111", "116000")] == [True] * 4


@override_settings(ROOT_URLCONF="tests.awareness.test_error_pages")
def test_staff_process_has_error_pages() -> None:
    for code in CODES:
        error_page = page(code, "/admin/nowhere/", "sr")
        assert str(code) in error_page.words
        assert [link["href"] for link in error_page.all("a")] == ["#content"]


@pytest.mark.parametrize("code", [404, 500])
def test_distress_and_staff_pages_have_no_drawings(code: int) -> None:
    for url in ("/sr/nowhere/", "/sr/report/nowhere/", "/sr/hotline/nowhere/", "/sr/help/nowhere/", "/admin/nowhere/"):
        drawings = [image for image in page(code, url, "sr").all("img") if "img/scenes/" in image["src"]]
        assert bool(drawings) is (url == "/sr/nowhere/"), url


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_answered_in_its_language(client: Client) -> None:
    response = client.get("/sr-latn/nowhere/")
    assert response.status_code == 404
    assert "Stranica nije pronađena" in response.content.decode()
