"""Feeds of resources in each language: JSON Feed 1.1 against its specification, and Atom with a feed reader."""

import re

import feedparser
import jsonschema
import pytest
from django.test import Client

from tests.clients.page_reader import PageReader
from tests.factories.library import give_file, make_resource, make_topic, pdf

pytestmark = pytest.mark.django_db
URL = {"type": "string", "pattern": "^https?://"}
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
# The required keys and the types of the keys we use (https://www.jsonfeed.org/version/1.1/). Others are not allowed.
SCHEMA = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "home_page_url": URL,
        "feed_url": URL,
        "language": {"enum": ["sr-Cyrl", "sr-Latn", "en"]},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string"},
                    "url": URL,
                    "title": {"type": "string"},
                    "content_html": {"type": "string"},
                    "content_text": {"type": "string"},
                    "summary": {"type": "string"},
                    "date_published": DATE,
                    "date_modified": DATE,
                    "authors": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
                    },
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "attachments": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["url", "mime_type"],
                            "additionalProperties": False,
                            "properties": {
                                "url": URL,
                                "mime_type": {"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"},
                                "title": {"type": "string"},
                                "size_in_bytes": {"type": "integer", "minimum": 1},
                            },
                        },
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize(
    ("query", "tag", "prefix"),
    [
        ("", "sr-Cyrl", "/sr/"),
        ("?language=sr-latn", "sr-Latn", "/sr-latn/"),
        ("?language=en", "en", "/en/"),
        ("?language=xx", "sr-Cyrl", "/sr/"),
    ],
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
    jsonschema.validate(feed, SCHEMA)
    assert feed["language"] == tag
    assert feed["items"][1]["authors"] == [{"name": "Ана Анић" if tag == "sr-Cyrl" else "Ana Anić"}]
    assert [item["url"].removeprefix(f"http://testserver{prefix}resources/") for item in feed["items"]] == ["b/", "a/"]
    assert bool(re.search("[а-яА-Я]", response.content.decode())) == (tag != "sr-Latn")
    assert client.head(feed["items"][1]["attachments"][0]["url"]).headers["Content-Type"] == "application/pdf"


def test_an_empty_feed_is_one(client: Client) -> None:
    jsonschema.validate(client.get("/feeds/resources.json").json(), SCHEMA)


@pytest.mark.parametrize(
    ("query", "tag", "prefix", "title", "words"),
    [
        ("", "sr-Cyrl", "/sr/", "Кликни безбедно: Материјали", "Опис часа"),
        ("?lang=sr-latn", "sr-Latn", "/sr-latn/", "Klikni bezbedno: Materijali", "Opis časa"),
        ("?lang=en", "en", "/en/", "Click Safely: Resources", "What it is"),
    ],
)
def test_a_feed_reader_understands_the_atom(
    client: Client, query: str, tag: str, prefix: str, title: str, words: str
) -> None:
    resource = make_resource(
        "a",
        topics=[make_topic("t", "Пецање")],
        description_sr="<p>Опис часа <a href='/sr/help/'>помоћ</a></p>",
        description_en="<p>What it is</p>",
        title_en="A & B",
        summary_en="In short",
        creator="Ана Анић",
    )
    file = give_file(resource, "a.pdf", pdf())
    make_resource("b", summary_sr="Само ово & то.", licence="LicenseRef-All-Rights-Reserved")
    make_resource("draft", published_at=None)
    response = client.get(f"/feeds/resources.atom{query}")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    feed = feedparser.parse(response.content)
    assert (feed.bozo, feed.version) == (False, "atom10")
    assert (feed.feed.title, feed.feed.language) == (title, tag)
    plain, whole = feed.entries
    assert [entry.link for entry in feed.entries] == [f"http://testserver{prefix}resources/{slug}/" for slug in "ba"]
    assert words in whole.content[0].value
    assert whole.author == ("Ана Анић" if tag == "sr-Cyrl" else "Ana Anić")
    assert plain.content[0].value.startswith("<p>")
    assert (whole.id, [tag.term for tag in whole.tags]) == (
        f"http://testserver/feeds/resources.atom#resource-{resource.pk}",
        ["Pecanje" if tag == "sr-Latn" else "Пецање"],
    )
    assert [(link.type, link.length) for link in whole.enclosures] == [("application/pdf", str(file.size))]
    assert client.head(whole.enclosures[0].href).status_code == 200
    assert bool(re.search("[а-яА-Я]", response.content.decode())) == (tag != "sr-Latn")


def test_the_atom_is_empty_or_not_there(client: Client) -> None:
    feed = feedparser.parse(client.get("/feeds/resources.atom").content)
    assert (feed.bozo, feed.entries) == (False, [])
    assert client.get("/feeds/resources.atom?lang=xx").status_code == 404


def test_the_list_leads_to_both_feeds(client: Client) -> None:
    page = PageReader(client.get("/sr-latn/resources/").content.decode())
    feeds = {link["type"]: link["href"] for link in page.all("link", rel="alternate") if "type" in link}
    assert feeds == {
        "application/atom+xml": "/feeds/resources.atom?lang=sr-latn",
        "application/feed+json": "/feeds/resources.json?language=sr-latn",
    }
