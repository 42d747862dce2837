"""Feeds of resources in each language: JSON Feed 1.1 against its specification, and Atom with a feed reader."""

import re

import feedparser
import pytest
from django.test import Client

from tests.factories.library import give_file, make_resource, make_topic, pdf

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "tag", "prefix"),
    [("?language=sr-latn", "sr-Latn", "/sr-latn/"), ("?language=xx", "sr-Cyrl", "/sr/")],
)
def test_it_is_a_feed(client: Client, query: str, tag: str, prefix: str) -> None:
    resource = make_resource(
        "a", topics=[make_topic("t")], description_sr="<p>Опис часа</p>", title_en="A", creator="Ана Анић"
    )
    give_file(resource, "a.pdf", pdf())
    make_resource("b")
    make_resource("draft", published_at=None)
    response = client.get(f"/feeds/resources.json{query}")
    assert response.headers["Content-Type"] == "application/feed+json"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    feed = response.json()
    assert (feed["version"], feed["language"]) == ("https://jsonfeed.org/version/1.1", tag)
    assert {"title", "home_page_url", "feed_url"} < feed.keys()
    dates = {item[name] for item in feed["items"] for name in ("date_published", "date_modified")}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", date) for date in dates)
    # Optional keys without a value are left out (https://www.jsonfeed.org/version/1.1/).
    optional = {"authors", "attachments", "content_html"}
    assert [set(item) & optional for item in feed["items"]] == [set(), optional]
    assert feed["items"][0]["content_text"]
    assert feed["items"][1]["content_html"].startswith("<p>")
    assert feed["items"][1]["authors"] == [{"name": "Ана Анић" if tag == "sr-Cyrl" else "Ana Anić"}]
    assert [item["url"].removeprefix(f"http://testserver{prefix}resources/") for item in feed["items"]] == ["b/", "a/"]
    assert bool(re.search("[а-яА-Я]", response.content.decode())) == (tag != "sr-Latn")
    assert client.head(feed["items"][1]["attachments"][0]["url"]).headers["Content-Type"] == "application/pdf"


def test_a_feed_reader_understands_the_atom(client: Client) -> None:
    resource = make_resource(
        "a",
        topics=[make_topic("t", "Пецање")],
        description_sr="<p>Опис часа <a href='/sr/help/'>помоћ</a></p>",
        title_sr="А & Б",
        creator="Ана Анић",
    )
    file = give_file(resource, "a.pdf", pdf())
    make_resource("b", summary_sr="Само ово & то.", licence="LicenseRef-All-Rights-Reserved")
    make_resource("draft", published_at=None)
    response = client.get("/feeds/resources.atom?lang=sr-latn")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    feed = feedparser.parse(response.content)
    assert (feed.bozo, feed.version) == (False, "atom10")
    plain, whole = feed.entries
    assert (feed.feed.language, whole.title) == ("sr-Latn", "A & B")
    assert [entry.link for entry in feed.entries] == [f"http://testserver/sr-latn/resources/{slug}/" for slug in "ba"]
    assert "Opis časa" in whole.content[0].value
    assert whole.author == "Ana Anić"
    assert plain.content[0].value.startswith("<p>")
    assert (whole.id, [tag.term for tag in whole.tags]) == (
        f"http://testserver/feeds/resources.atom#resource-{resource.pk}",
        ["Pecanje"],
    )
    assert [(link.type, link.length) for link in whole.enclosures] == [("application/pdf", str(file.size))]
    assert client.head(whole.enclosures[0].href).status_code == 200
    assert not re.search("[а-яА-Я]", response.content.decode())


def test_feeds_without_resources_or_in_an_unknown_language(client: Client) -> None:
    assert client.get("/feeds/resources.json").json()["items"] == []
    feed = feedparser.parse(client.get("/feeds/resources.atom").content)
    assert (feed.bozo, feed.entries) == (False, [])
    assert client.get("/feeds/resources.atom?lang=xx").status_code == 404
