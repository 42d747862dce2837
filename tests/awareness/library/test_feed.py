"""The feed of resources against the JSON Feed 1.1 description, in each language."""

import re

import jsonschema
import pytest
from django.test import Client

from tests.awareness.library.making import give_file, make_resource, make_topic, pdf

pytestmark = pytest.mark.django_db
URL = {"type": "string", "pattern": "^https?://"}
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
# https://www.jsonfeed.org/version/1.1/, what is required and the types of what we use; nothing else may be there.
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
    assert [item["url"].removeprefix(f"http://testserver{prefix}resources/") for item in feed["items"]] == ["b/", "a/"]
    assert bool(re.search("[а-яА-Я]", response.content.decode())) == (tag != "sr-Latn")
    assert client.head(feed["items"][1]["attachments"][0]["url"]).headers["Content-Type"] == "application/pdf"


def test_an_empty_feed_is_one(client: Client) -> None:
    jsonschema.validate(client.get("/feeds/resources.json").json(), SCHEMA)
