"""The search page in every language and script, with every kind of input."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from awareness.search.models import SearchEntry
from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY
from tests.clients.page_reader import PageReader

pytestmark = pytest.mark.usefixtures("corpus")


def search(client: Client, language: str = "sr", **params: object) -> PageReader:
    response = client.get(f"/{language}/search/", params)
    assert response.status_code == 200
    assert not response.cookies
    return PageReader(response.content.decode())


def titles(page: PageReader) -> list[str]:
    """Link targets of the results, in order."""
    return [link["href"] for link in page.all("a") if re.match(r"/[a-z-]+/(topics|news|resources)/.", link["href"])]


@pytest.mark.parametrize(
    "typed", ["друштвене мреже", "društvene mreže", "drustvene mreze", "DRUŠTVENE MREŽE", "„друштвене мреже“"]
)
def test_results_are_the_same_for_each_typed_script(client: Client, typed: str) -> None:
    page = search(client, q=typed)
    assert titles(page)[0] == "/sr/topics/social-networks/"
    assert titles(page) == titles(search(client, q="друштвене мреже"))[: len(titles(page))]


@pytest.mark.parametrize(
    ("language", "typed", "marked"),
    [
        ("sr", "phishing", "Фишинг"),
        ("sr-latn", "phishing", "Fišing"),
        ("sr-latn", "ljubazan nepoznati", "ljubazan"),
        ("sr", "nepoznati", "непознати"),
        ("en", "фишинг", "Phishing"),
        ("en", "password", "Passwords"),
    ],
)
def test_matches_are_marked_in_the_script_of_the_page(client: Client, language: str, typed: str, marked: str) -> None:
    response = client.get(f"/{language}/search/", {"q": typed})
    assert f"<mark>{marked}</mark>" in response.content.decode()


def test_kinds_are_counted_and_can_be_chosen(client: Client) -> None:
    page = search(client, "en", q="phishing")
    assert {"1", "2"} <= set(page.words)
    chosen = search(client, "en", q="phishing", kind="resource")
    assert titles(chosen) == ["/en/resources/lesson-phishing/", "/en/resources/quiz-safe/"]
    assert [link["href"] for link in chosen.all("a", **{"aria-current": "true"}) if "hreflang" not in link] == [
        "?q=phishing&kind=resource"
    ]


@pytest.mark.parametrize(
    "params", [{"kind": "nonsense"}, {"page": "99"}, {"page": "x"}, {"page": "-1"}, {"page": "٣"}, {"kind": "'; --"}]
)
def test_unknown_kind_or_page_is_reported(client: Client, params: dict[str, str]) -> None:
    page = search(client, "en", q="phishing", **params)
    assert "That page of results does not exist" in page.text
    assert titles(page)[0] == "/en/topics/phishing/"


def test_pages_can_be_turned(client: Client) -> None:
    first = search(client, q="интернет или мрежа или слика или родитељ или школа или лозинка")
    following = next(link["href"] for link in first.all("a", rel="next"))
    second = PageReader(client.get(f"/sr/search/{following}").content.decode())
    assert len(first.all("li", **{"class": "result"})) == 10
    assert second.all("li", **{"class": "result"})
    assert not set(titles(first)) & set(titles(second))
    assert second.all("ol", **{"class": "results"})[0]["start"] == "11"


@pytest.mark.parametrize(
    ("language", "typed", "meant", "first"),
    [
        ("sr", "фиснинг", "фишинг", "/sr/topics/phishing/"),
        ("sr-latn", "lozimke", "lozinke", "/sr-latn/topics/passwords/"),
        ("sr", "bonnton", "бонтон", "/sr/topics/netiquette/"),
        ("en", "netiqutte", "netiquette", "/en/topics/netiquette/"),
        ("en", "pasword", "password", "/en/topics/passwords/"),
    ],
)
def test_a_mistyped_word_is_understood(client: Client, language: str, typed: str, meant: str, first: str) -> None:
    page = search(client, language, q=typed)
    assert titles(page)[0] == first
    assert meant in page.words
    assert typed in {attributes.get("value") for attributes in page.all("input")}


def test_partial_matches_are_shown_without_full_ones(client: Client) -> None:
    page = search(client, "en", q="passwords giraffe elephant")
    assert "No page contains all your words" in page.text
    assert titles(page)[0] == "/en/topics/passwords/"


def test_queries_may_exclude_words_and_quote_phrases(client: Client) -> None:
    assert "/en/topics/phishing/" in titles(search(client, "en", q="phishing"))
    assert "/en/topics/phishing/" not in titles(search(client, "en", q="phishing -bank"))
    assert titles(search(client, "en", q='"old photograph"')) == ["/en/news/fake-news/"]
    # Words in quotation marks match without synonyms.
    assert "/en/resources/two-step/" in titles(search(client, "en", q='"password"'))
    assert titles(search(client, "en", q='"passphrase"')) == []


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
@pytest.mark.parametrize("typed", ["", "zzyzx qwrtp", "-фишинг", "🦔🦔", "ж" * 100_000])
def test_help_and_a_report_are_one_click_away_from_anything(client: Client, language: str, typed: str) -> None:
    links = [link["href"] for link in search(client, language, q=typed).all("a", **{"class": "btn btn-primary"})]
    assert f"/{language}/help/" in links


@pytest.mark.parametrize(
    "typed", ["samoubistvo", "убићу се", "ucenjuju me slikom", "силовање", "ne zelim da zivim", "sextortion"]
)
def test_help_lines_precede_results_of_crisis_searches(client: Client, typed: str) -> None:
    response = client.get("/sr/search/", {"q": typed}).content.decode()
    assert response.index('id="search-help"') < response.index('href="tel:116111"')
    assert "klik-" not in response
    assert 'id="search-help"' not in client.get("/sr/search/", {"q": "лозинке"}).content.decode()


HOSTILE = [
    "&", "|", "!", "-", "--", "-- -", '"', '""', '"""', "()", ":*", "<->", "a:*", "'", "''", "\\", "\\'", "%", "_", "%s", "{}",
    "*", "a & | b",
    "\x00", "фишинг\x00", "\ud800", "\u202e", "\u200b", "🦔", "👩‍👩‍👧", '"фишинг', 'фишинг"', '-"фишинг банка', "or", "OR OR",
    "или", "or фишинг or",
    "' OR 1=1 --", "'); DROP TABLE x; --", "<script>alert(1)</script>", "<mark>", "a" * 200, "a " * 100, "-a " * 66, '"' * 200,
    "\n\r\t", "ﬁšing",
    "ї", "中文", "العربية", "１９２", "..", "a-b-c-d", "x@y.z", "https://example.org/?q=1", "1e999", "0x1F", "\x7f\x80\x9f",
]  # fmt: skip


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_nothing_that_is_typed_breaks_it(client: Client, language: str) -> None:
    for typed in HOSTILE:
        response = client.get(f"/{language}/search/", {"q": typed.encode("utf-8", "replace")})
        assert response.status_code == 200, typed
        page = PageReader(response.content.decode())
        assert len(page.all("h1")) == 1
        assert page.all("script", type="application/ld+json"), typed
        # The others belong to the header.
        sources = [script["src"] for script in page.all("script") if "src" in script]
        assert sources == ["/static/js/shared/menu.js", "/static/js/shared/reader.js"], typed
        assert len(page.all("script")) == 3, typed


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("x" * 100_000, "too long"),
        ("& | !", "no word"),
        ("-phishing", "no word"),
        ('"', "no word"),
        ("\x00", "What are you looking for?"),
    ],
)
def test_an_invalid_query_gets_a_message(client: Client, typed: str, message: str) -> None:
    response = client.get("/en/search/", {"q": typed})
    assert message in response.content.decode()
    assert len(response.content) < 30_000


def test_links_to_other_languages_keep_the_query(client: Client) -> None:
    page = search(client, q="фишинг", kind="resource")
    links = {link["hreflang"]: link["href"] for link in page.all("a") if "hreflang" in link}
    assert links["en"] == "/en/search/?q=%D1%84%D0%B8%D1%88%D0%B8%D0%BD%D0%B3&kind=resource"


def test_unpublished_records_are_not_found(client: Client) -> None:
    now = timezone.now()
    entry = SearchEntry.objects.get(kind="topic", language="en", title__startswith="Phishing")
    for published, withdrawn, visible in ((1, None, False), (-1, None, True), (-2, -1, False), (-2, 1, True)):
        entry.published_at = now + timedelta(hours=published)
        entry.withdrawn_at = None if withdrawn is None else now + timedelta(hours=withdrawn)
        entry.save(update_fields=["published_at", "withdrawn_at"])
        assert ("/en/topics/phishing/" in titles(search(client, "en", q="phishing"))) is visible


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_result_pages_are_not_cached(client: Client, language: str) -> None:
    for typed in ("phishing", "zzyzx qwrtp", "", "hoću da se ubijem", "samoubistvo"):
        response = client.get(f"/{language}/search/", {"q": typed})
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert CACHE_POLICY_KEY not in response.wsgi_request.META


def test_a_search_costs_few_queries(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.get("/sr/search/", {"q": "фишинг"})
    # The generation; lexemes, hits with counts, forms.
    for typed in ("фишинг", "интернет или мрежа или слика"):
        with django_assert_num_queries(4):
            client.get("/sr/search/", {"q": typed})


def test_every_page_has_the_box(client: Client) -> None:
    page = PageReader(client.get("/sr/help/").content.decode())
    [field] = page.all("input", type="search")
    assert page.all("form", role="search")[0]["action"] == "/sr/search/"
    assert field["name"] == "q"
    assert page.all("label", **{"for": field["id"]})
