"""The list of resources: combined facets, counts, sort orders, pages, and invalid query parameters."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from awareness.library import selectors
from awareness.library.models import Resource
from tests.clients.page_reader import PageReader
from tests.database import shared_rows
from tests.factories.library import NOW, make_resource, make_topic

pytestmark = pytest.mark.django_db
LIST = "/en/resources/"


@pytest.fixture(scope="module", autouse=True)
def shelf(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Create five public resources on two topics, and three hidden ones."""
    with shared_rows(django_db_blocker):
        fill_shelf()
        yield


@pytest.fixture
def empty() -> None:
    """Use an empty library."""
    Resource.objects.all().delete()


def fill_shelf() -> None:
    """As `shelf`."""
    phishing, privacy = make_topic("pecanje", "Пецање"), make_topic("tajne", "Тајне")
    make_resource("a", topics=[phishing], audiences=["educators"], ages=["7-9", "10-12"], minutes=15, title_en="Alpha")
    make_resource("b", topics=[phishing, privacy], audiences=["educators", "parents"], ages=["10-12"], minutes=45)
    make_resource("c", topics=[privacy], audiences=["children"], kind="video", language="en", minutes=46)
    # The main language named twice counts once.
    make_resource(
        "d",
        other_languages=["sr-Cyrl", "hu"],
        audiences=["parents"],
        kind="video",
        licence="CC0-1.0",
        minutes=91,
        ages=["16-18"],
    )
    make_resource("e", kind="poster", language="sr-Latn", licence="CC-BY-NC-4.0")
    make_resource("draft", published_at=None, topics=[phishing])
    make_resource("later", published_at=timezone.now() + timedelta(days=9), topics=[phishing])
    make_resource("gone", withdrawn_at=NOW, topics=[phishing])


def slugs(client: Client, query: str) -> list[str]:
    html = client.get(f"{LIST}?{query}").content.decode()
    return re.findall(r'<h3><a href="/en/resources/([\w-]+)/', html)


def counts(client: Client, query: str) -> dict[str, int]:
    html = client.get(f"{LIST}?{query}").content.decode()
    rows = re.findall(r'name="([a-z]+)" value="([\w.-]+)".*?– </span>(\d+)</span>', html)
    return {f"{name}={value}": int(number) for name, value, number in rows}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "abcde"),
        ("topic=pecanje&topic=tajne", "abc"),
        ("topic=tajne&audience=parents", "b"),
        ("age=7-9&age=16-18", "ad"),
        ("type=video&language=en", "c"),
        ("language=hu&language=en", "cd"),
        ("language=sr-Cyrl", "abd"),
        ("licence=CC0-1.0&licence=CC-BY-NC-4.0", "de"),
        ("length=short", "a"),
        ("length=lesson", "b"),
        ("length=double", "c"),
        ("length=long", "d"),
        ("length=short&length=long&audience=parents", "d"),
        ("type=video&age=7-9", ""),
    ],
)
def test_facets_combine(client: Client, query: str, found: str) -> None:
    assert sorted(slugs(client, query)) == sorted(found)
    assert client.get(f"/en/resources/count/?{query}").json()["count"] == len(found)


@pytest.mark.parametrize("query", ["", "age=10-12&topic=tajne"])
def test_every_count_equals_the_results(client: Client, query: str) -> None:
    """The count beside a value equals the results with that value as the facet's only choice."""
    shown_counts = counts(client, query)
    assert len(shown_counts) > 5
    for choice, number in shown_counts.items():
        name = choice.partition("=")[0]
        others = [part for part in query.split("&") if part and not part.startswith(f"{name}=")]
        found = client.get(f"/en/resources/count/?{'&'.join([*others, choice])}").json()
        assert found["count"] == number, choice
        assert str(number) in found["words"]


def test_values_that_would_find_nothing_are_not_offered_unless_chosen(client: Client) -> None:
    assert "audience=children" not in counts(client, "topic=pecanje")
    assert counts(client, "topic=pecanje&audience=children")["audience=children"] == 0


def test_orders(client: Client) -> None:
    Resource.objects.filter(slug="c").update(uses=9, published_at=NOW - timedelta(days=5))
    assert slugs(client, "")[-1] == "c"
    assert slugs(client, "sort=most-used")[0] == "c"
    assert slugs(client, "sort=title")[0] == "a"


@pytest.mark.usefixtures("empty")
def test_titles_of_both_scripts_are_sorted_together(client: Client) -> None:
    for slug, title in [("1", "Шта је мрежа"), ("2", "Azbuka interneta"), ("3", "Безбедност"), ("4", "Časopis")]:
        make_resource(slug, title_sr=title)
    html = client.get("/sr/resources/?sort=title").content.decode()
    assert re.findall(r'<h3><a href="/sr/resources/(\d)/', html) == ["2", "3", "4", "1"]


@pytest.mark.usefixtures("empty")
def test_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "PAGE_SIZE", 2)
    for slug in "abcde":
        make_resource(slug)
    pages = [slugs(client, f"type=worksheet&page={number}") for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [slug for page in pages for slug in page] == list("edcba")
    middle = PageReader(client.get(f"{LIST}?type=worksheet&page=2").content.decode())
    assert [link["href"] for link in middle.all("a", rel="prev") + middle.all("a", rel="next")] == [
        "?type=worksheet",
        "?type=worksheet&page=3",
    ]


@pytest.mark.usefixtures("empty")
def test_pages_have_an_end(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "PAGE_SIZE", 1)
    monkeypatch.setattr(selectors, "MAX_PAGES", 2)
    for slug in "abc":
        make_resource(slug)
    assert "2 of 2" in client.get(f"{LIST}?page=9").content.decode()


@pytest.mark.parametrize(
    "query", ["topic=nema-je", "age=7-9&age=0", "page=0", "page=99999999999999999999", "sort=x", "type=%00"]
)
def test_invalid_parameters_are_ignored_with_a_message(client: Client, query: str) -> None:
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 200
    assert "invalid" in response.content.decode()
    assert client.get(f"/en/resources/count/?{query}").status_code == 200


def test_the_basket_is_carried_along(client: Client) -> None:
    page = PageReader(client.get(f"{LIST}?type=video&r=a").content.decode())
    links = [link["href"] for link in page.all("a")]
    assert "/en/resources/c/?r=a" in links
    assert any(link.startswith("?type=video&r=a&r=c#") for link in links)
    assert "/sr/resources/?type=video&r=a" in links
    assert [field["value"] for field in page.all("input", name="r")] == ["a"]


@pytest.mark.usefixtures("empty")
def test_it_is_cacheable_with_the_parameters_it_knows_until_the_next_change(client: Client) -> None:
    make_resource("soon", published_at=timezone.now() + timedelta(seconds=60))
    response = client.get(LIST)
    age = int(re.search(r"max-age=(\d+)", response.headers["Cache-Control"])[1])  # type: ignore[index]
    assert 50 <= age <= 60
    assert not response.cookies


@pytest.mark.usefixtures("empty")
def test_queries_of_the_list(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    topic = make_topic("t")
    for number in range(4):
        make_resource(f"r{number}", topics=[topic], audiences=["parents"], ages=["7-9"])
    client.get(LIST)
    with django_assert_max_num_queries(7):
        client.get(f"{LIST}?topic=t&audience=parents&sort=title")
