"""Language of a visitor: by the browser at `/`, by the URL prefix elsewhere, by a cookie on the staff side."""

import pytest
from django.test import Client, override_settings
from django.utils import translation
from django.utils.translation import trans_real
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.i18n.language import (
    LANGUAGES,
    LanguageLink,
    language_links,
    language_of_path,
    negotiate_language,
)
from clicksafely.common.templatetags import language as tags
from tests.timing import seconds

pytestmark = pytest.mark.urls("tests.common.languages")


@pytest.fixture
def client() -> Client:
    return Client(headers={"Host": "localhost"}, raise_request_exception=False)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "sr"),
        ("sr-RS", "sr"),
        ("SR-cyrl-rs", "sr"),
        ("sr-Latn-RS", "sr-latn"),
        ("sr-ME", "sr-latn"),
        ("sr-Cyrl-ME", "sr"),
        ("hr-HR,hr;q=0.9,en;q=0.8", "sr-latn"),
        ("bs-Cyrl-BA", "sr"),
        ("sh", "sr-latn"),
        ("de-DE,de;q=0.9,en;q=0.7,sr;q=0.3", "en"),
        ("en;q=0.3, sr-Latn;q=0.9, sr;q=0.5", "sr-latn"),
        ("en;q=0.5,sr;q=0.5", "en"),
        ("en;q=0.000, hr;q=0.001", "sr-latn"),
        ("de, *;q=0.5, en;q=0.1", "sr"),
        ("en ; q = 0.2 , HR ; Q=0.3", "sr-latn"),
        ("en;q=1.5, hr;q=0.1", "sr-latn"),
        ("en;q=x, hr;q=0.1", "sr-latn"),
        ("en_US", "sr"),
        (",,;;q=,en,", "en"),
        ("e" * 9 + ",en;q=0.1", "en"),
    ],
)
def test_the_language_of_a_browser(header: str, code: str) -> None:
    assert negotiate_language(header) == code


HUGE = "en;q=0.1," * 20 + "de," * 1_000_000 + "hr"


def test_a_huge_header_counts_up_to_its_bound() -> None:
    assert negotiate_language(HUGE) == "en"
    assert negotiate_language("e" * 3_000_000) == "sr"
    # It is cut in its last part, which therefore does not count.
    assert negotiate_language("de," * 166 + "sr-Latn") == "sr"


@pytest.mark.timing
def test_a_huge_header_takes_no_longer_than_one_at_the_bound() -> None:
    def negotiate(header: str) -> None:
        for _ in range(100):
            negotiate_language(header)

    assert seconds(negotiate, HUGE) < 10 * seconds(negotiate, HUGE[:1000])


@given(st.text() | st.lists(st.sampled_from(["en", "hr", "*", ",", ";q=", "0.5", "-", "1", " ", "é"])).map("".join))
def test_any_header_means_one_of_ours(header: str) -> None:
    assert negotiate_language(header) in LANGUAGES


def test_root_redirects_by_language_and_is_not_cached(client: Client) -> None:
    response = client.get("/", headers={"Accept-Language": "hr"})
    assert (response.status_code, response.headers["Location"]) == (302, "/sr-latn/")
    assert response.headers["Vary"] == "Accept-Language"
    assert response.headers["Cache-Control"] == "private, max-age=0"
    assert not response.cookies
    assert client.get("/").headers["Location"] == "/sr/"
    assert client.post("/").status_code == 405


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_depends_on_its_address_alone(client: Client, code: str) -> None:
    client.cookies["lang"] = "en"
    plain = client.get(f"/{code}/").content
    other = client.get(f"/{code}/", headers={"Accept-Language": "de, hr;q=0.5"})
    assert f'data-code="{code}"'.encode() in plain
    assert client.get(f"/{code}/elsewhere/").headers["Location"] == f"/{code}/"
    assert other.content == plain
    assert "Vary" not in other.headers
    assert not other.cookies


@pytest.mark.parametrize("path", ["/de/", "/SR/", "/sr-cyrl/", "/topics/x/"])
def test_other_prefixes_are_no_addresses(client: Client, path: str) -> None:
    with override_settings(DEBUG=False):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(("cookie", "code"), [("", "sr"), ("sr-latn", "sr-latn"), ("x" * 10_000, "sr")])
def test_the_staff_side_has_the_language_of_its_cookie(client: Client, cookie: str, code: str) -> None:
    client.cookies["lang"] = cookie
    assert f'data-code="{code}"' in client.get("/admin/", headers={"Accept-Language": "en"}).text
    assert 'data-code="sr"' in client.get("/healthz").text


def test_staff_choose_their_language(client: Client) -> None:
    response = client.post("/admin/language/", {"language": "sr-latn", "next": "/admin/?a=1"})
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/?a=1")
    cookie = response.cookies["lang"]
    assert (cookie.value, cookie["path"]) == ("sr-latn", "/admin/")
    assert (cookie["samesite"], cookie["httponly"]) == ("Strict", True)
    assert 'data-code="sr-latn"' in client.get("/admin/").text


def test_staff_are_not_sent_away_and_unknown_languages_change_nothing(client: Client) -> None:
    response = client.post("/admin/language/", {"language": "xx", "next": "https://evil.test/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert not response.cookies
    assert client.get("/admin/language/", {"language": "en"}).status_code == 405
    strict = Client(headers={"Host": "localhost"}, enforce_csrf_checks=True, raise_request_exception=False)
    assert not strict.post("/admin/language/", {"language": "en"}).cookies


def test_the_language_of_a_path() -> None:
    assert [language_of_path(path) for path in ("/sr-latn/x/", "/en", "/", "//sr/", "/srx/")] == [
        *("sr-latn", "en", None, None, None)
    ]


def test_links_to_other_languages_keep_page_and_query() -> None:
    assert language_links("/sr/topics/х/", [("q", "а&б"), ("q", "")]) == [
        LanguageLink("sr", "Ћир", "Српски, ћирилица", "sr-Cyrl", "/sr/topics/%D1%85/?q=%D0%B0%26%D0%B1&q=", True),
        LanguageLink(
            "sr-latn", "Lat", "Srpski, latinica", "sr-Latn", "/sr-latn/topics/%D1%85/?q=%D0%B0%26%D0%B1&q=", False
        ),
        LanguageLink("en", "EN", "English", "en", "/en/topics/%D1%85/?q=%D0%B0%26%D0%B1&q=", False),
    ]


def test_the_tag_keeps_the_named_parameters_and_no_other(client: Client) -> None:
    text = client.get('/en/topics/a/b/?q="><&page=2&utm=x&q=б').text
    assert 'href="/sr-latn/topics/a/b/?q=%22%3E%3C&amp;q=%D0%B1&amp;page=2"' in text
    assert [link.url for link in tags.language_links({})] == ["/sr/", "/sr-latn/", "/en/"]


@pytest.fixture
def _middleware(client: Client) -> None:
    client.get("/sr/")


@pytest.mark.usefixtures("_middleware")
def test_the_latin_catalogue_is_the_serbian_one() -> None:
    catalogue = trans_real.translation("sr")
    messages = [key for key in catalogue._catalog.keys() if isinstance(key, str) and key]  # noqa: SIM118 (not a dict)
    assert len(messages) > 500
    with translation.override("sr"):
        serbian = [translation.gettext(message) for message in messages]
    with translation.override("sr-latn"):
        assert translation.get_language() == "sr-latn"
        assert [translation.gettext(message) for message in messages] == serbian
        years = [translation.ngettext("%(num)d year", "%(num)d years", n) % {"num": n} for n in (1, 2, 5)]
        assert years == ["1 година", "2 године", "5 година"]
    with translation.override("en"):
        assert translation.gettext("Password change") == "Password change"
