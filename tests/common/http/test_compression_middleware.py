"""Pages with forms are compressed; confidential responses are not."""

import pytest
from django.test import Client

from clicksafely.common.page_cache.content_encoding import decompress

pytestmark = pytest.mark.django_db

FORM = "/sr-latn/hotline/complaint/"


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_form_is_compressed_and_complete_in_each_script(client: Client, coding: str) -> None:
    plain = client.get(FORM)
    small = client.get(FORM, headers={"Accept-Encoding": f"{coding}, nonsense"})
    assert small.headers["Content-Encoding"] == coding
    assert small.headers["Cache-Control"] == "no-store"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert int(small.headers["Content-Length"]) == len(small.content) < len(plain.content) / 2
    html = decompress(small.content, coding).decode()
    assert html.rstrip().endswith("</html>")
    assert 'lang="sr-Latn"' in html


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept-Encoding": "br;q=0"},
        {"Accept-Encoding": "br", "Cookie": "known=1"},
        {"Accept-Encoding": "br", "Authorization": "Basic x"},
    ],
)
def test_response_is_plain_without_accepted_coding_or_with_cookies(client: Client, headers: dict[str, str]) -> None:
    answer = client.get(FORM, headers=headers)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert answer.content.rstrip().endswith(b"</html>")


def test_submitted_forms_are_not_compressed(client: Client) -> None:
    typed = {"text": "planted-words", "act": "send"}
    answer = client.post(FORM, typed, headers={"Accept-Encoding": "br", "Sec-Fetch-Site": "same-origin"})
    assert b"planted-words" in answer.content
    assert "Content-Encoding" not in answer.headers


def test_pages_of_the_cache_files_and_pages_with_a_cookie_are_not_compressed(client: Client) -> None:
    # The page of sign-in gives a cookie.
    for path in ("/sr/about/", "/robots.txt", "/admin/login/"):
        answer = client.get(path, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers
