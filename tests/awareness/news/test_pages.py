"""News pages: lists, articles with every kind of block, whole and partial files, cards, feeds and structured data."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.utils import timezone
from pyld import jsonld
from pytest_django import DjangoAssertNumQueries

from awareness.news.files import crop_box
from awareness.news.models import Article, ArticleBlock
from awareness.news.search_index import article_document
from awareness.news.selectors import article_cards
from awareness.topics.models import Topic
from tests.awareness.news.conftest import MP4, PUBLISHED, write_article
from tests.clients.page_reader import PageReader
from tests.clients.previews import preview
from tests.clients.staff import Person

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> PageReader:
    response = client.get(path)
    assert response.status_code == 200, path
    return PageReader(response.content.decode())


def fetch(client: Client, path: str) -> HttpResponseBase:
    """A response read to its end, as by a browser."""
    response = client.get(path)
    response.close()
    return response


def test_an_article_shows_every_kind_of_block(client: Client, whole: Article) -> None:
    page = read(client, "/sr/news/vest/")
    # One of the foldings is the header's.
    assert [len(page.all(tag)) for tag in ("h1", "blockquote", "details", "video")] == [1, 1, 2, 1]
    image = page.all("img", alt="Плава слика")[0]
    assert (image["width"], image["height"]) == ("960", "480")
    assert [part.split()[1] for part in image["srcset"].split(", ")] == ["480w", "960w", "1600w"]
    assert page.all("track")[0]["srclang"] == "sr-Cyrl"
    assert "Аутор" in page.text
    assert "CC BY 4.0" in page.text
    assert "/sr/topics/phishing/" in [link["href"] for link in page.all("a")]


@pytest.mark.parametrize(("credit", "shown"), [("The Author", "The Author"), ("", "Autor")])
def test_picture_credit_of_an_english_page(client: Client, whole: Article, credit: str, shown: str) -> None:
    whole.blocks.update(credit_en=credit)
    assert f": {shown} · CC BY 4.0" in read(client, "/en/news/vest/").text


def test_latin_and_english_are_whole_too(client: Client, whole: Article) -> None:
    latin = read(client, "/sr-latn/news/vest/")
    assert not [letter for letter in latin.text if "\u0400" <= letter <= "\u04ff"]
    assert latin.all("img", alt="Plava slika")
    assert [track["srclang"] for track in latin.all("track")] == ["sr-Latn", "en"]
    assert [track["default"] for track in latin.all("track") if "default" in track] == [""]
    assert "Pupils on the internet" in read(client, "/en/news/vest/").text


def test_only_a_page_with_a_video_may_play_one(client: Client, whole: Article) -> None:
    write_article("druga")
    policies = [client.get(f"/sr/news/{slug}/").headers["Content-Security-Policy"] for slug in ("vest", "druga")]
    assert ["media-src 'self'" in policy for policy in policies] == [True, False]


def test_every_file_on_the_page_exists_with_its_media_type(client: Client, whole: Article) -> None:
    page = read(client, "/sr/news/vest/")
    sources = [urlsplit(element["src"]).path for tag in ("img", "video") for element in page.all(tag)]
    documents = [link["href"] for link in page.all("a") if "download" in link]
    answers = [fetch(client, path) for path in (*sources, *documents) if path.startswith("/media/")]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.headers["Content-Type"] for answer in answers] == [
        "image/webp",
        "video/mp4",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ]
    assert [answer.headers["Content-Disposition"].split(";")[0] for answer in answers] == [
        "inline",
        "inline",
        "attachment",
    ]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"public, max-age=31536000, immutable"}
    assert {answer.headers["X-Content-Type-Options"] for answer in answers} == {"nosniff"}


def test_file_is_streamed_whole_or_in_part_and_revalidated(client: Client, whole: Article) -> None:
    path = f"/media/news/{ArticleBlock.objects.get(kind='video').digest}.mp4"
    response = client.get(path)
    assert (response.streaming, response.getvalue()) == (True, MP4)  # type: ignore[attr-defined]
    part = client.get(path, headers={"Range": "bytes=2000-"})
    assert (part.status_code, part.getvalue()) == (206, MP4[2000:])  # type: ignore[attr-defined]
    for_ever = "public, max-age=31536000, immutable"
    for header in (response.headers["ETag"], "*"):
        again = client.get(path, headers={"If-None-Match": header})
        assert (again.status_code, again.content, again.headers["Cache-Control"]) == (304, b"", for_ever)
    # Documents are attachments and are sandboxed.
    block = ArticleBlock.objects.get(kind="file")
    document = fetch(client, f"/media/news/{block.digest}.docx")
    assert document.headers["Content-Disposition"] == f'attachment; filename="{block.digest[:8]}.docx"'
    assert document.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.post(path).status_code == 405


def test_unknown_files_are_not_found(client: Client, whole: Article) -> None:
    digest = ArticleBlock.objects.get(kind="video").digest
    wrong = [f"{'0' * 64}.mp4", f"{digest}.exe", f"..%2f{digest}.mp4", f"{digest}.webm", f"{digest}-480x.webp"]
    assert [client.get(f"/media/news/{name}").status_code for name in wrong] == [404] * 5


def test_captions_have_the_script_of_the_page_and_its_visibility(
    client: Client, writer: Person, whole: Article
) -> None:
    block = ArticleBlock.objects.get(kind="video")
    texts = [
        client.get(f"/{code}/news/captions/{block.pk}-{script}.vtt").content.decode()
        for code, script in (("sr", "sr"), ("sr-latn", "sr"), ("en", "en"))
    ]
    assert [text.splitlines()[3] for text in texts] == ["Ђаци уче.", "Đaci uče.", "Pupils learn."]
    wrong = [f"{block.pk}-de", f"{block.pk}-id", "999999-sr"]
    assert [client.get(f"/sr/news/captions/{name}.vtt").status_code for name in wrong] == [404] * 3
    Article.objects.update(published_at=None)
    path = f"/sr/news/captions/{block.pk}-sr.vtt"
    assert client.get(path).status_code == 404
    assert preview(writer, whole, path[1:])


def test_a_draft_is_not_public(client: Client) -> None:
    write_article(published_at=None)
    assert client.get("/sr/news/vest/").status_code == 404
    assert not read(client, "/sr/news/").all("a", href="/sr/news/vest/")


def test_the_list_has_pages_and_refuses_numbers_of_none(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(13):
        write_article(f"vest-{number}", published_at=PUBLISHED + timedelta(hours=number))
    client.get("/sr/news/")
    with django_assert_max_num_queries(5):
        first = read(client, "/sr/news/")
    assert len(first.all("article", **{"class": "card article-card"})) == 9
    assert [link["href"] for link in first.all("a", rel="next")] == ["?page=2"]
    second = read(client, "/sr/news/?page=2")
    assert "/sr/news/vest-0/" in [link["href"] for link in second.all("a")]
    assert [link["href"] for link in second.all("a", rel="prev")] == ["/sr/news/"]
    assert [link["href"] for link in second.all("link", rel="canonical")] == ["http://testserver/sr/news/?page=2"]
    for nonsense in ("0", "3", "", "٢", "9" * 5000):
        assert client.get("/sr/news/", {"page": nonsense}).status_code == 404


def test_a_page_holds_until_the_next_article_appears(client: Client) -> None:
    write_article(published_at=timezone.now() + timedelta(seconds=90))
    # Also one on whose shelf it will stand.
    for path in ("/sr/news/", "/sr/", "/feeds/news.atom", "/sr/topics/phishing/"):
        lifetime = int(client.get(path).headers["Cache-Control"].removeprefix("public, max-age="))
        assert 60 <= lifetime <= 90


def test_home_shows_the_latest_three(client: Client) -> None:
    for number in range(4):
        write_article(f"vest-{number}", published_at=PUBLISHED + timedelta(hours=number))
    links = [link["href"] for link in read(client, "/sr/").all("a") if "/news/vest-" in link["href"]]
    assert links == [f"/sr/news/vest-{number}/" for number in (3, 2, 1)]


def test_a_topic_lists_its_articles(client: Client, whole: Article) -> None:
    write_article("druga")
    topic = Topic.objects.get(slug="phishing")
    assert [card.title for card in article_cards([topic.pk], 3, datetime.now(UTC))] == ["Ђаци о интернету"]
    assert [card.title for card in article_cards([topic.pk], 3, PUBLISHED - timedelta(seconds=1))] == []
    links = [link["href"] for link in read(client, "/sr/topics/phishing/").all("a")]
    assert "/sr/news/vest/" in links
    assert "/sr/news/druga/" not in links


def test_search_index_has_the_whole_text(whole: Article) -> None:
    words = article_document(whole).words
    assert words["sr"].title == "Ђаци о интернету"
    assert words["sr"].keywords == "Фишинг (пецање) и преваре"
    assert {"Почетак", "Први пасус.", "Плава слика", "Шта је пецање?"} <= set(words["sr"].body.split("\n"))
    assert words["en"].body.split("\n") == ["Start", "First.", "A blue picture"]


def test_structured_data_describes_the_article(client: Client, whole: Article) -> None:
    Article.objects.update(summary_sr="</script><b>&")
    with override_settings(SITE_URL="https://klik.example.org"):
        page = read(client, "/sr-latn/news/vest/")
    data = json.loads(page.script[0])
    # Expanded by an independent processor: every term is of the vocabulary, and every address absolute.
    data["@context"] = {
        "@vocab": "https://schema.org/",
        **{name: {"@type": "@id"} for name in ("url", "image", "mainEntityOfPage")},
    }
    (graph,) = jsonld.expand(data)

    def one(name: str) -> Any:
        return graph[f"https://schema.org/{name}"][0]

    assert graph["@type"] == ["https://schema.org/NewsArticle"]
    assert graph["@id"] == one("mainEntityOfPage")["@id"] == "https://klik.example.org/sr-latn/news/vest/"
    assert (one("headline")["@value"], one("inLanguage")["@value"]) == ("Đaci o internetu", "sr-Latn")
    assert one("description")["@value"] == "</script><b>&"
    assert datetime.fromisoformat(one("datePublished")["@value"]) == PUBLISHED
    assert datetime.fromisoformat(one("dateModified")["@value"]) == PUBLISHED + timedelta(days=1)
    assert one("image")["@id"].startswith("https://klik.example.org/media/news/")
    assert one("publisher")["@type"] == ["https://schema.org/Organization"]
    assert page.all("meta", property="og:type")[0]["content"] == "article"
    picture = page.all("meta", property="og:image")[0]["content"]
    assert fetch(client, urlsplit(picture).path).headers["Content-Type"] == "image/webp"


def test_the_feed_has_published_articles_in_the_chosen_language(client: Client, whole: Article) -> None:
    write_article("nacrt", published_at=None)
    with override_settings(SITE_URL="https://klik.example.org"):
        response = client.get("/feeds/news.atom?lang=sr-latn")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    feed = feedparser.parse(response.content)
    assert (feed.bozo, feed.version, feed.feed.language) == (False, "atom10", "sr-Latn")
    (entry,) = feed.entries
    assert (entry.title, entry.link) == ("Đaci o internetu", "https://klik.example.org/sr-latn/news/vest/")
    assert entry.id == f"https://klik.example.org/feeds/news.atom#article-{whole.pk}"
    assert datetime(*entry.updated_parsed[:6], tzinfo=UTC) == PUBLISHED + timedelta(days=1)
    assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == PUBLISHED
    assert "https://klik.example.org/media/news/" in entry.content[0].value
    assert "Prvi" in entry.content[0].value
    assert client.get("/feeds/news.atom?lang=de").status_code == 404


@pytest.mark.parametrize(
    ("size", "focus", "box"),
    [
        ((2000, 1000), (50, 50), (111.1, 0, 1888.9, 1000)),
        ((2000, 1000), (0, 0), (0, 0, 1777.8, 1000)),
        ((2000, 1000), (100, 100), (222.2, 0, 2000, 1000)),
        ((400, 900), (50, 100), (0, 675, 400, 900)),
    ],
)
def test_a_crop_keeps_the_focal_point(size: tuple[int, int], focus: tuple[int, int], box: tuple[float, ...]) -> None:
    assert crop_box(size, (640, 360), focus) == pytest.approx(box, abs=0.1)
