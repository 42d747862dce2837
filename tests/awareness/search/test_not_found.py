"""Suggestions on the 404 page, which never fails itself."""

import re

import pytest
from django.db import OperationalError
from django.test import Client

from awareness.search import context_processors
from tests.clients.page_reader import PageReader

pytestmark = pytest.mark.usefixtures("corpus")


def suggestions(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 404
    section = re.search(r'<ul class="suggestions">.*?</ul>', response.content.decode(), re.DOTALL)
    return [link["href"] for link in PageReader(section[0]).all("a")] if section else []


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/sr/topics/lozinke-i-sifre/", "/sr/topics/passwords/"),
        ("/en/resources/parental-control-guide.html", "/en/resources/parental-control/"),
        ("/sr-latn/teme/говор-мржње/", "/sr-latn/topics/hate-speech/"),
        ("/en/topics/fising/", "/en/topics/phishing/"),
    ],
)
def test_pages_are_suggested_by_words_of_the_address(client: Client, path: str, first: str) -> None:
    found = suggestions(client, path)
    assert found[0] == first
    assert len(found) <= context_processors.MAX_COUNT


@pytest.mark.parametrize(
    "path",
    [
        "/sr/qqqq-xxxx-wwww/",
        "/sr/topics/1/",
        "/nowhere/lozinke/",
        "/sr/report/case/lozinke/",
        "/en/" + "password-" * 5000,
        "/sr/%00/%22&|!/",
    ],
)
def test_an_address_without_words_gets_no_suggestions(client: Client, path: str) -> None:
    found = suggestions(client, path)
    assert found == [] or "password" in path


def test_the_page_is_there_while_the_database_is_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*arguments: object, **more: object) -> None:
        raise OperationalError

    monkeypatch.setattr(context_processors, "search", away)
    response = client.get("/en/topics/passwords-nowhere/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()
    assert "Did you mean" not in response.content.decode()
