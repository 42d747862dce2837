"""The page audit finds every kind of error, and none on a plain page."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from awareness.seo.sitemap import page_names
from tests.clients.staff import signed_in
from tests.e2e.audit.words import stray_words
from tests.e2e.page_checks import LANGUAGES

CLEAN = '<html lang="{tag}"><title>{word}</title><body><p>{word}</p>{more}</body></html>'


@pytest.mark.parametrize(
    ("tag", "more", "stray"),
    [
        ("sr-Cyrl", "<p>Пошаљи report</p>", "report"),
        ("sr-Cyrl", '<img alt="open">', "open"),
        ("sr-Cyrl", '<input type="submit" value="Save">', "Save"),
        ("sr-Latn", "<p>Pošalji пријаву</p>", "пријаву"),
        ("en", '<a title="Пријава">Report</a>', "Пријава"),
        ("sr-Cyrl", "<table><tr><td>open</td></tr></table>", "open"),
        ("sr-Cyrl", '<table><tr><td><img src="yes.svg" alt="True"></td></tr></table>', "True"),
        ("en", '<p lang="sr">Пријава</p><p lang="sr">Prijava</p>', "Prijava"),
    ],
)
def test_a_word_in_another_language_is_found(tag: str, more: str, stray: str) -> None:
    [line] = stray_words(CLEAN.format(tag=tag, word="", more=more))
    assert stray in line


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_public_page_has_a_word_in_another_language(client: Client, language: str) -> None:
    with translation.override(language):
        paths = [reverse(name) for name in page_names()]
    assert len(paths) > 20
    assert {path: stray for path in paths if (stray := stray_words(client.get(path).content.decode()))} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_first_page_of_staff_has_a_word_in_another_language(language: str) -> None:
    for role in ("supervisor", "editor", "coordinator", "auditor"):
        client = signed_in(f"{role}-person", role).client
        client.cookies["lang"] = language
        pages = {
            path: client.get(path, follow=True).content.decode() for path in ("/admin/", "/admin/password_change/")
        }
        assert {path: stray for path, html in pages.items() if (stray := stray_words(html))} == {}, role
