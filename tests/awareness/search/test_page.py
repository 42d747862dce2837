"""The search page in every script, with every kind of input, and the suggestions of the page that is not found."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from awareness.search import context_processors
from awareness.search.engine import excerpt
from awareness.search.models import SearchEntry
from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY
from clicksafely.common.serbian.search_folding import fold
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


def test_results_are_the_same_for_each_typed_script(client: Client) -> None:
    expected = titles(search(client, q="друштвене мреже"))
    assert expected[0] == "/sr/topics/social-networks/"
    for typed in ("društvene mreže", "DRUSTVENE MREZE", "„друштвене мреже“"):
        found = titles(search(client, q=typed))
        assert found == expected[: len(found)], typed


def test_matches_are_marked_in_the_script_of_the_page(client: Client) -> None:
    for language, typed, marked in (
        ("sr", "phishing", "Фишинг"),
        ("sr-latn", "ljubazan nepoznati", "ljubazan"),
        ("en", "фишинг", "Phishing"),
    ):
        response = client.get(f"/{language}/search/", {"q": typed})
        assert f"<mark>{marked}</mark>" in response.content.decode()


def test_an_excerpt_begins_near_a_late_match() -> None:
    found = {fold("лозинка")}
    assert excerpt("", "Прва реченица. " * 40 + "Лозинка је тајна.", found) == "<mark>Лозинка</mark> је тајна."
    assert excerpt("", "реч " * 200 + "лозинка", found).startswith("… реч ")


def test_kinds_are_counted_and_can_be_chosen(client: Client) -> None:
    page = search(client, "en", q="phishing")
    assert {"1", "2"} <= set(page.words)
    chosen = search(client, "en", q="phishing", kind="resource")
    assert titles(chosen) == ["/en/resources/lesson-phishing/", "/en/resources/quiz-safe/"]
    assert [link["href"] for link in chosen.all("a", **{"aria-current": "true"}) if "hreflang" not in link] == [
        "?q=phishing&kind=resource"
    ]


def test_unknown_kind_or_page_is_reported(client: Client) -> None:
    for params in ({"kind": "'; --"}, {"page": "99"}, {"page": "x"}, {"page": "-1"}, {"page": "٣"}):
        page = search(client, "en", q="phishing", **params)
        assert "That page of results does not exist" in page.text, params
        assert titles(page)[0] == "/en/topics/phishing/"


def test_pages_can_be_turned(client: Client) -> None:
    first = search(client, q="интернет или мрежа или слика или родитељ или школа или лозинка")
    following = next(link["href"] for link in first.all("a", rel="next"))
    second = PageReader(client.get(f"/sr/search/{following}").content.decode())
    assert len(first.all("li", **{"class": "result"})) == 10
    assert second.all("li", **{"class": "result"})
    assert not set(titles(first)) & set(titles(second))
    assert second.all("ol", **{"class": "results"})[0]["start"] == "11"


def test_a_mistyped_word_is_understood(client: Client) -> None:
    for language, typed, meant, first in (
        ("sr", "фиснинг", "фишинг", "phishing"),
        ("sr-latn", "lozimke", "lozinke", "passwords"),
        ("sr", "bonnton", "бонтон", "netiquette"),
        ("en", "pasword", "password", "passwords"),
    ):
        page = search(client, language, q=typed)
        assert titles(page)[0] == f"/{language}/topics/{first}/"
        assert meant in page.words
        assert typed in {attributes.get("value") for attributes in page.all("input")}
    # Pages with a part of the words are shown if no page has all of them.
    assert titles(search(client, "en", q="passwords giraffe elephant"))[0] == "/en/topics/passwords/"


def test_queries_may_exclude_words_and_quote_phrases(client: Client) -> None:
    assert "/en/topics/phishing/" in titles(search(client, "en", q="phishing"))
    assert "/en/topics/phishing/" not in titles(search(client, "en", q="phishing -bank"))
    assert titles(search(client, "en", q='"old photograph"')) == ["/en/news/fake-news/"]
    # Words in quotation marks match without synonyms.
    assert "/en/resources/two-step/" in titles(search(client, "en", q='"password"'))
    assert titles(search(client, "en", q='"passphrase"')) == []


def test_help_is_one_click_away_from_anything(client: Client) -> None:
    for typed in ("", "zzyzx qwrtp", "-фишинг", "ж" * 100_000):
        links = [link["href"] for link in search(client, q=typed).all("a", **{"class": "btn btn-primary"})]
        assert "/sr/help/" in links, typed


HOSTILE = [
    "&", "|", "!", "-", "--", "-- -", '"', '""', '"""', "()", ":*", "<->", "a:*", "'", "''", "\\", "\\'", "%", "_", "%s", "{}",
    "*", "a & | b",
    "\x00", "фишинг\x00", "\ud800", "\u202e", "\u200b", "🦔", "👩‍👩‍👧", '"фишинг', 'фишинг"', '-"фишинг банка', "or", "OR OR",
    "или", "or фишинг or",
    "' OR 1=1 --", "'); DROP TABLE x; --", "<script>alert(1)</script>", "<mark>", "a" * 200, "a " * 100, "-a " * 66, '"' * 200,
    "\n\r\t", "ﬁšing",
    "ї", "中文", "العربية", "１９２", "..", "a-b-c-d", "x@y.z", "https://example.org/?q=1", "1e999", "0x1F", "\x7f\x80\x9f",
]  # fmt: skip


def test_nothing_that_is_typed_breaks_it(client: Client) -> None:
    for language, typed in product(("sr", "sr-latn", "en"), HOSTILE):
        response = client.get(f"/{language}/search/", {"q": typed.encode("utf-8", "replace")})
        assert response.status_code == 200, typed
        page = PageReader(response.content.decode())
        # The others belong to the header.
        sources = [script["src"] for script in page.all("script") if "src" in script]
        assert sources == ["/static/js/shared/menu.js", "/static/js/shared/reader.js"], typed
        assert len(page.all("script")) == 3, typed


def test_an_invalid_query_gets_a_message(client: Client) -> None:
    for typed, message in (("x" * 100_000, "too long"), ("& | !", "no word"), ("\x00", "What are you looking for?")):
        response = client.get("/en/search/", {"q": typed})
        assert message in response.content.decode()
        assert len(response.content) < 30_000


def test_unpublished_records_are_not_found(client: Client) -> None:
    now = timezone.now()
    entry = SearchEntry.objects.get(kind="topic", language="en", title__startswith="Phishing")
    for published, withdrawn, visible in ((1, None, False), (-1, None, True), (-2, -1, False), (-2, 1, True)):
        entry.published_at = now + timedelta(hours=published)
        entry.withdrawn_at = None if withdrawn is None else now + timedelta(hours=withdrawn)
        entry.save(update_fields=["published_at", "withdrawn_at"])
        assert ("/en/topics/phishing/" in titles(search(client, "en", q="phishing"))) is visible


def test_result_pages_are_not_cached(client: Client) -> None:
    for typed in ("phishing", "", "hoću da se ubijem", "samoubistvo"):
        response = client.get("/sr-latn/search/", {"q": typed})
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert CACHE_POLICY_KEY not in response.wsgi_request.META


def suggestions(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 404
    section = re.search(r'<ul class="suggestions">.*?</ul>', response.content.decode(), re.DOTALL)
    return [link["href"] for link in PageReader(section[0]).all("a")] if section else []


def test_pages_are_suggested_by_words_of_the_address(client: Client) -> None:
    for path, first in (
        ("/sr/topics/lozinke-i-sifre/", "/sr/topics/passwords/"),
        ("/en/resources/parental-control-guide.html", "/en/resources/parental-control/"),
        ("/sr-latn/teme/говор-мржње/", "/sr-latn/topics/hate-speech/"),
    ):
        found = suggestions(client, path)
        assert found[0] == first
        assert len(found) <= context_processors.MAX_COUNT
    # Hostile addresses get the page too.
    for path in ("/en/" + "password-" * 5000, "/sr/%00/%22&|!/"):
        suggestions(client, path)


def test_an_address_without_words_gets_no_suggestions(client: Client) -> None:
    for path in ("/sr/qqqq-xxxx-wwww/", "/sr/topics/1/", "/nowhere/lozinke/", "/sr/report/case/lozinke/"):
        assert suggestions(client, path) == [], path


def test_the_page_is_there_while_the_database_is_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*arguments: object, **more: object) -> None:
        raise OperationalError

    monkeypatch.setattr(context_processors, "search", away)
    response = client.get("/en/topics/passwords-nowhere/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()
    assert "Did you mean" not in response.content.decode()
