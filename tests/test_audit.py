"""The page audit finds every kind of error, and none on a plain page."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from awareness.seo.sitemap import page_names
from tests.clients.staff import signed_in
from tests.e2e.audit.report import is_green, lines
from tests.e2e.audit.result_file import ResultFile
from tests.e2e.audit.templates import keys_of, template_of
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


@pytest.mark.parametrize(
    ("tag", "more"),
    [
        (
            "sr-Cyrl",
            '<p lang="en">Report</p><b translate="no">open</b> <code>let x</code> office@example.org, PDF, NP-2026-000001',
        ),
        ("sr-Cyrl", '<input type="text" value="typed"><textarea>typed</textarea>'),
        ("sr-Cyrl", '<input type="submit" name="act" value="send" tabindex="-1" aria-hidden="true">'),
        ("en", '<p lang="sr">Пријава</p><b translate="no">Пријава</b>'),
        ("en", '<table><tr><td class="field-name">Весна, 3</td></tr></table>'),
        ("en", '<div class="readonly">Весна</div>'),
    ],
)
def test_names_typed_words_and_marked_languages_are_not_stray(tag: str, more: str) -> None:
    assert stray_words(CLEAN.format(tag=tag, word="", more=more)) == []


def test_a_title_may_contain_typed_words_of_the_page_only() -> None:
    page = '<html lang="en"><title>{title}</title><body><h1 translate="no">Пример партнер</h1></body></html>'
    assert stray_words(page.format(title="Пример партнер · Partner")) == []
    [line] = stray_words(page.format(title="Пример партнер · Партнер"))
    assert "en: Партнер" in line


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


def test_clean_results_are_stored_until_the_code_changes(tmp_path: Path) -> None:
    result_file = ResultFile(tmp_path / "audit")
    assert not result_file.begin("code", anew=False)
    result_file.write("links", "/sr/", [])
    result_file.write("links", "/en/", [("leads to 404", "/en/x/")])
    with result_file.path.open("a") as file:
        file.write('{"check": "links", "page": "/sr-latn/", "fau')
    again = ResultFile(tmp_path / "audit")
    assert again.begin("code", anew=False)
    assert [again.is_clean("links", page) for page in ("/sr/", "/en/", "/sr-latn/")] == [True, False, False]
    assert not is_green(again.results(), ["links"])
    assert "links: leads to 404: /en/x/" in lines(again.results(), ["links"])
    again.begin("other code", anew=False)
    assert not again.is_clean("links", "/sr/")
    assert not is_green(again.results(), ["links"])


def test_pages_are_alike_by_their_template() -> None:
    assert template_of("/sr/topics/phishing/") == template_of("/en/topics/hate-speech/?x=1") == "topic"
    assert template_of("/admin/topics/topic/") == template_of("/admin/topics/helpline/")
    assert template_of("/admin/topics/topic/add/") != template_of("/admin/quizzes/quiz/add/")
    assert template_of("/sr/nothing/here/at/all/") == ""
    assert keys_of("/sr/search/?q=&type=a&type=b") == ("q", "type")
