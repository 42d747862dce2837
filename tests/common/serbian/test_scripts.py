"""Output in the Latin script: pages through the middleware, other text through the filters."""

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY
from clicksafely.common.serbian import scripts
from clicksafely.common.serbian.latin_html import html_to_latin
from clicksafely.common.serbian.scripts import localized_name

pytestmark = pytest.mark.urls("tests.common.languages")


@pytest.fixture
def client() -> Client:
    return Client(headers={"Host": "localhost"}, raise_request_exception=False)


def test_the_latin_page_is_the_cyrillic_one_converted(client: Client) -> None:
    cyrillic, latin = client.get("/sr/"), client.get("/sr-latn/")
    expected = html_to_latin(cyrillic.text).replace('data-code="sr"', 'data-code="sr-latn"')
    here, there = '/"\naria-current="true">Ћир', '/"\n>Ћир'
    expected = expected.replace(here, there).replace('/"\n>Lat', '/"\naria-current="true">Lat')
    assert latin.text == expected
    assert "<p>21. januara 2013. ponedeljak 1234,5</p><p>Promena lozinke</p>" in latin.text
    for response, tag in ((cyrillic, "sr-Cyrl"), (latin, "sr-Latn")):
        assert response.headers["Content-Language"] == tag
        assert response.headers["Content-Length"] == str(len(response.content))


def test_typed_words_and_evidence_stay(client: Client) -> None:
    text = client.get("/sr-latn/", {"q": "Ђорђе Љ. <ж>"}).text
    assert '<textarea>Ђорђе Љ. &lt;ж&gt;</textarea><p translate="no">Ђорђе Љ. &lt;ж&gt;</p>' in text


@pytest.mark.parametrize(
    ("language", "english", "name"),
    [("sr", "Fund B92", "Фонд Б92"), ("sr-latn", "Fund B92", "Fond B92"), ("en", "Fund B92", "Fund B92"), ("en", "", "Fond B92")],
)  # fmt: skip
def test_a_name_is_written_as_its_page_is(language: str, english: str, name: str) -> None:
    with translation.override(language):
        assert localized_name("Фонд Б92", english) == name


@pytest.mark.parametrize(
    ("language", "cited"),
    [
        ("sr", "<cite>Устав, чл. 46"),
        ("sr-latn", "<cite>Ustav, čl. 46"),
        ("en", '<cite lang="sr-Latn">Ustav, čl. 46'),
    ],
)
def test_a_source_is_cited_in_the_script_of_the_page(language: str, cited: str) -> None:
    template = Template("{% load serbian %}<cite{{ title|source_lang }}>{{ title|source_title }}")
    with translation.override(language):
        assert template.render(Context({"title": "Устав, чл. 46"})) == cited
        assert template.render(Context({"title": "NIST"})) == "<cite>NIST"


def test_a_length_that_the_view_set_is_counted_again(client: Client) -> None:
    response = client.get("/sr-latn/xhtml/")
    assert response.content == "<html lang='sr-Latn'>Ž</html>".encode()
    assert response.headers["Content-Length"] == str(len(response.content))
    assert response.headers["Content-Type"] == "application/xhtml+xml; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/sr-latn/table.csv", "ж;Ж\n"),
        ("/sr-latn/stream/", "<p>Ж</p>"),
        ("/sr-latn/compressed/", "Ж"),
        ("/en/xhtml/", "<html lang='sr'>Ж</html>"),
    ],
)
def test_other_responses_are_unchanged(client: Client, path: str, content: str) -> None:
    response = client.get(path)
    assert b"".join(response) == content.encode()


def test_only_public_pages_are_cached() -> None:
    request = RequestFactory().get("/sr-latn/")
    request.LANGUAGE_CODE = scripts.LATIN_LANGUAGE
    answer = scripts.LatinScriptMiddleware(lambda _request: HttpResponse("<p>Ђорђе</p>"))
    assert answer(request).content == b"<p>\xc4\x90or\xc4\x91e</p>"  # type: ignore[attr-defined]
    assert scripts._public_to_latin.cache_info().currsize == 0
    request.META[CACHE_POLICY_KEY] = True
    assert [answer(request).content for _each in range(2)] == ["<p>Đorđe</p>".encode()] * 2  # type: ignore[attr-defined]
    assert scripts._public_to_latin.cache_info().hits == 1


def test_invalid_utf_8_is_not_changed(client: Client) -> None:
    assert client.get("/sr-latn/bad-bytes/").content == "Ž".encode() + b"\xff\xd0" + b"lj"


def test_the_staff_side_and_error_pages_are_converted_too(client: Client) -> None:
    client.cookies["lang"] = "sr-latn"
    assert "<title>Zdravo</title>" in client.get("/admin/").text
    response = client.get("/sr-latn/failing/")
    assert (response.status_code, response.text) == (500, "<p>Greška</p>")
