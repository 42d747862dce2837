"""Topic pages: content, visibility of drafts, redirects, structured data and search documents."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pyld import jsonld
from pytest_django import DjangoAssertNumQueries

from awareness.publishing import related_content
from awareness.publishing.audiences import Audience, Reader
from awareness.publishing.services import save_record
from awareness.topics.models import Topic, TopicAnswer
from awareness.topics.search_index import topic_document
from awareness.topics.selectors import answers_for, cached_topics, find_topic
from clicksafely.accounts.models import User
from clicksafely.common.page_cache import content_version
from clicksafely.common.page_cache.list_cache import MAX_KEYS
from tests.awareness.seed import TOPICS, Both
from tests.clients.page_reader import PageReader
from tests.clients.previews import preview
from tests.clients.staff import Person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
SEED_TOPICS = (
    "phishing",
    "personal-data",
    "privacy-settings",
    "social-networks",
    "netiquette",
    "cyberbullying",
    "hate-speech",
    "predators",
    "csam",
)
LATER_TOPICS = ("sexting-blackmail", "deepfakes", "screen-time", "gaming", "advertising", "ai-chatbots", "self-harm")


def read(client: Client, path: str) -> PageReader:
    response = client.get(path)
    assert response.status_code == 200, path
    return PageReader(response.content.decode())


def test_the_drawing_of_a_topic_has_an_alternative_text_in_each_script(client: Client) -> None:
    for language, alt in (
        ("sr", "Џојстик и поклон."),
        ("sr-latn", "Džojstik i poklon."),
        ("en", "A game controller and a present."),
    ):
        images = read(client, f"/{language}/topics/gaming/").all("img")
        assert [image["alt"] for image in images if image.get("class") == "head-picture"] == [alt]


def test_every_topic_is_answered_for_every_reader_in_both_languages() -> None:
    topics = list(Topic.objects.prefetch_related("answers"))
    assert [topic.slug for topic in topics[:9]] == list(SEED_TOPICS)
    assert [topic.slug for topic in topics[9:]] == list(LATER_TOPICS)
    for topic in topics:
        readers = {answer.audience for answer in topic.answers.all()}
        assert readers >= {Reader.PARENTS, Reader.EDUCATORS}
        assert Reader.CHILDREN in readers or readers >= {Reader.MIDDLE, Reader.OLDEST}
        document = topic_document(topic)
        assert all(words.title and words.summary and words.body for words in document.words.values())
        assert set(document.words) == {"sr", "en"}
    by_topic = dict(Topic.objects.exclude(report_category="").values_list("slug", "report_category"))
    assert {slug: by_topic.get(slug) for slug in ("csam", "cyberbullying", "hate-speech", "netiquette")} == {
        "csam": "csam",
        "cyberbullying": "cyberbullying",
        "hate-speech": "hate-speech",
        "netiquette": None,
    }


def seed_texts() -> list[Both]:
    found: list[Both] = []
    for topic in TOPICS:
        found += [topic.title, topic.summary, *topic.do_now]
        for answer in topic.answers:
            found += [answer.title, answer.lead, *answer.steps]
    return found


def test_seed_texts_are_each_in_their_own_alphabet() -> None:
    for text in seed_texts():
        serbian = re.sub("PEGI|INHOPE", "", text.sr)
        assert not [letter for letter in serbian if letter.isascii() and letter.isalpha()], text.sr
        assert text.en.replace("š", "").isascii() or not [c for c in text.en if "\u0400" <= c <= "\u04ff"], text.en


def test_answers_name_warning_signs_and_their_source() -> None:
    seeds = {topic.slug: topic for topic in TOPICS}
    for topic in Topic.objects.prefetch_related("answers"):
        seed = seeds[topic.slug]
        all_signs = {answer.audience: answer.signs for answer in seed.answers}
        for answer in topic.answers.all():
            signs = all_signs[answer.audience]
            assert len(signs) >= 2
            for text in signs:
                assert not [letter for letter in text.sr if letter.isascii() and letter.isalpha()], text.sr
                assert escape(text.sr, quote=False) in answer.body_sr
                assert escape(text.en, quote=False) in answer.body_en
        assert len(seed.sources) >= 2
        assert topic.sources_sr.count("<li>") == topic.sources_en.count("<li>") == len(seed.sources)
        assert not re.search("[а-яђјљњћџ]", topic.sources_en)


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_a_topic_has_answers_per_audience_steps_and_help(client: Client, language: str) -> None:
    page = read(client, f"/{language}/topics/cyberbullying/")
    readers = [answer["data-for"] for answer in page.all("details") if "data-for" in answer]
    assert {"now", *readers, "parents", "educators", "lines", "sources"} <= set(page.ids())
    assert len(page.ids()) == len(set(page.ids()))
    links = [link["href"] for link in page.all("a")]
    assert f"/{language}/report/cyberbullying/" in links
    assert [f"tel:{number}" in links for number in ("192", "19833", "116111", "116000")] == [True] * 4
    assert f"/{language}/report/" in [link["href"] for link in read(client, f"/{language}/topics/phishing/").all("a")]


FIVE: Final = ("7-10", "11-14", "15-18", "parents", "educators")


@pytest.fixture
def for_five_readers() -> Topic:
    """A topic with an answer for each reader, written in another order, and what the law says."""
    topic = Topic.objects.get(slug="phishing")
    topic.answers.all().delete()
    for reader in sorted(FIVE):
        texts = {f"{name}_{code}": f"{name} {reader}" for name in ("title", "lead", "body") for code in ("sr", "en")}
        TopicAnswer.objects.create(topic=topic, audience=reader, **texts)
    Topic.objects.filter(pk=topic.pk).update(
        law_sr="<p>Члан 301.</p>", law_en="<p>Article 301.</p>", checked_on="2026-02-03"
    )
    return topic


def test_answers_are_folded_in_the_order_of_readers_and_links_lead_into_them(
    client: Client, for_five_readers: Topic
) -> None:
    page = read(client, "/en/topics/phishing/")
    sections = [section for section in page.all("details") if "data-for" in section]
    assert tuple(section["data-for"] for section in sections) == FIVE
    assert not [section for section in sections if "open" in section]
    links = [link["href"] for link in page.all("a")]
    places = [links.index(f"#{anchor}") for anchor in (*FIVE, "law", "lines")]
    assert places == sorted(places)
    ids = page.ids()
    assert [ids.index(anchor) for anchor in (*FIVE, "law", "lines")] == sorted(
        ids.index(each) for each in (*FIVE, "law", "lines")
    )
    assert "Article 301." in page.text


def test_the_day_of_the_check_is_shown(client: Client) -> None:
    assert "Checked on" not in read(client, "/en/topics/phishing/").text
    Topic.objects.filter(slug="phishing").update(checked_on="2026-02-03")
    content_version.bump()
    assert "Checked on 3 February 2026." in read(client, "/en/topics/phishing/").text


def test_the_page_of_an_audience_has_the_answer_for_its_youngest_readers(for_five_readers: Topic) -> None:
    now = timezone.now()
    levels = {
        audience: [each.audience for each in answers_for(audience, now) if each.topic_id == for_five_readers.pk]
        for audience in Audience
    }
    assert levels == {"children": ["7-10"], "parents": ["parents"], "educators": ["educators"]}
    for_five_readers.answers.filter(audience="7-10").delete()
    assert [each.audience for each in answers_for(Audience.CHILDREN, now) if each.topic_id == for_five_readers.pk] == [
        "11-14"
    ]
    with CaptureQueriesContext(connection) as queries:
        answers = answers_for(Audience.CHILDREN, now)
    with connection.cursor() as cursor:
        cursor.execute(queries[0]["sql"])
        assert len(cursor.fetchall()) == len(answers), "the database returns one answer a topic"
    for_five_readers.answers.filter(audience="11-14").delete()
    assert for_five_readers.pk not in [each.topic_id for each in answers_for(Audience.CHILDREN, now)]


@pytest.mark.parametrize("slug", [topic.slug for topic in TOPICS])
def test_latin_has_no_cyrillic_left(client: Client, slug: str) -> None:
    Topic.objects.filter(slug=slug).update(published_at=NOW)
    page = read(client, f"/sr-latn/topics/{slug}/")
    assert not [letter for letter in page.text if "\u0400" <= letter <= "\u04ff"]


def test_related_content_is_shown_as_cards(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = Topic.objects.get(slug="phishing")
    calls: list[tuple[list[int], int]] = []

    def provider(topics: object, most: int, now: datetime) -> list[related_content.Card]:
        calls.append((list(topics), most))  # type: ignore[call-overload]
        return [related_content.Card("quiz", "Квиз о пецању", "Шест питања", "/sr/quizzes/pecanje/", "Квиз")]

    monkeypatch.setattr(related_content, "CARD_SOURCES", {})
    related_content.register_cards(kind="quiz", title="Квизови", order=1, provider=provider)
    page = read(client, "/sr/topics/phishing/")
    assert "/sr/quizzes/pecanje/" in [link["href"] for link in page.all("a")]
    assert calls == [([topic.pk], 3)]


@pytest.mark.parametrize(
    "dates",
    [
        {"published_at": None},
        {"published_at": LATER},
        {"published_at": LATER - timedelta(days=40000), "withdrawn_at": LATER - timedelta(days=39000)},
    ],
    ids=["draft", "scheduled", "withdrawn"],
)
def test_unpublished_topic_has_an_uncached_preview(
    client: Client, writer: Person, dates: dict[str, datetime | None]
) -> None:
    Topic.objects.filter(slug="phishing").update(**({"withdrawn_at": None} | dates))
    topic = Topic.objects.get(slug="phishing")
    assert client.get("/sr/topics/phishing/").status_code == 404
    assert client.get("/sr/topics/phishing/?preview=x").status_code == 404
    assert "phishing" not in client.get("/sr/topics/").content.decode()
    page = PageReader(preview(writer, topic))
    assert page.all("meta", name="robots") == [{"name": "robots", "content": "noindex"}]
    assert len(page.all("div", **{"class": "preview-banner no-print"})) == 1


def test_preview_of_a_published_topic_is_not_cached(client: Client, writer: Person) -> None:
    html = preview(writer, Topic.objects.get(slug="phishing"))
    assert "Преглед сачуване верзије" in html
    assert "preview-banner" not in client.get("/sr/topics/phishing/").content.decode()
    assert client.get("/sr/topics/phishing/").headers["Cache-Control"] == "public, max-age=300"


def test_a_former_address_leads_to_the_present_one_in_every_language(client: Client) -> None:
    topic = Topic.objects.get(slug="phishing")
    topic.slug = "pecanje"
    save_record(record=topic, actor=User.objects.create_user("editor"), now=datetime.now(UTC))
    response = client.get("/sr-latn/topics/phishing/")
    assert (response.status_code, response["Location"]) == (301, "/sr-latn/topics/pecanje/")
    assert client.get("/sr/topics/never/").status_code == 404


def test_missing_english_falls_back_to_marked_serbian(client: Client) -> None:
    topic = Topic.objects.get(slug="phishing")
    Topic.objects.filter(pk=topic.pk).update(title_en="", summary_en="", do_now_en="")
    TopicAnswer.objects.filter(topic=topic).update(title_en="", lead_en="", body_en="")
    page = read(client, "/en/topics/phishing/")
    assert "Фишинг (пецање) и преваре" in page.text
    assert "not available in English yet" in page.text
    marked = [tag for tag, element in page.elements if element.get("lang") == "sr-Cyrl"]
    assert marked[:4] == ["title", "meta", "meta", "meta"]
    assert "header" in marked
    found = find_topic("phishing")
    assert found is not None
    assert set(topic_document(found).words) == {"sr"}


def test_a_topic_costs_few_queries_however_many_answers(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/sr/topics/phishing/")
    # Cached within a content generation; only the generation is queried each time.
    with django_assert_num_queries(1):
        client.get("/sr/topics/phishing/")
    counts = []
    for audience in ("parents", "educators"):
        TopicAnswer.objects.filter(topic__slug="phishing", audience=audience).delete()
        content_version.bump()
        with CaptureQueriesContext(connection) as queries:
            client.get("/sr/topics/phishing/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_edit_of_a_topic_is_seen_at_once(client: Client) -> None:
    client.get("/sr/topics/phishing/")
    topic = Topic.objects.get(slug="phishing")
    topic.title_sr = "Ново име теме"  # type: ignore[attr-defined]
    save_record(record=topic, actor=User.objects.create(username="urednik"), now=timezone.now())
    assert "Ново име теме" in read(client, "/sr/topics/phishing/").text


def test_addresses_that_are_none_push_no_known_topic_out_of_memory(client: Client) -> None:
    client.get("/sr/topics/phishing/")
    for number in range(MAX_KEYS + 1):
        assert cached_topics.get(RequestFactory().get("/"), f"nema-{number}") is None
    assert list(cached_topics._found) == ["phishing"]


@pytest.mark.parametrize(
    ("language", "tag", "title", "home"),
    [
        ("sr", "sr-Cyrl", "Фишинг (пецање) и преваре", "Почетна"),
        ("sr-latn", "sr-Latn", "Fišing (pecanje) i prevare", "Početna"),
        ("en", "en", "Phishing and scams", "Home"),
    ],
)
def test_structured_data_has_questions_and_audience(
    client: Client, for_five_readers: Topic, language: str, tag: str, title: str, home: str
) -> None:
    Topic.objects.filter(slug="phishing").update(summary_en="</script><b>&", summary_sr="</script><b>&")
    with override_settings(SITE_URL="https://klik.example.org"):
        data = json.loads(read(client, f"/{language}/topics/phishing/").script[0])
    # Expanded by an independent processor: every term is of the vocabulary, every address absolute.
    schema = "https://schema.org/"
    data["@context"] = {"@vocab": schema, **{name: {"@type": "@id"} for name in ("url", "item")}}
    page, way = jsonld.expand(data)
    here = f"https://klik.example.org/{language}/topics/phishing/"

    def one(node: Any, name: str) -> Any:
        (found,) = node[schema + name]
        return found.get("@value", found.get("@id", found))

    assert page["@type"] == [f"{schema}FAQPage", f"{schema}LearningResource"]
    assert page["@id"] == one(page, "url") == here
    assert (one(page, "name"), one(page, "inLanguage")) == (title, tag)
    assert one(page, "description") == "</script><b>&"
    topic = Topic.objects.get(slug="phishing")
    assert datetime.fromisoformat(one(page, "dateModified")) == topic.changed_at
    questions = page[f"{schema}mainEntity"]
    roles = [one(node[f"{schema}audience"][0], "educationalRole") for node in questions[1:]]
    assert roles == ["student"] * 3 + ["parent", "teacher"]
    assert [one(node, "educationalRole") for node in page[f"{schema}audience"]] == ["student", "parent", "teacher"]
    assert [one(node, "typicalAgeRange") for node in questions[1:4]] == ["7-10", "11-14", "15-18"]
    assert not [node for node in questions[4:] if f"{schema}typicalAgeRange" in node]
    assert f"{schema}audience" not in questions[0]
    answers = [one(one(node, "acceptedAnswer"), "text") for node in questions]
    assert all(len(answer) > 10 and "<" not in answer for answer in answers)
    assert one(page, "breadcrumb") == way["@id"]
    steps = way[f"{schema}itemListElement"]
    assert [one(step, "position") for step in steps] == [1, 2, 3]
    assert [one(step, "name") for step in steps][::2] == [home, title]
    assert [one(step, "item") for step in steps] == [
        f"https://klik.example.org/{language}/",
        f"https://klik.example.org/{language}/topics/",
        here,
    ]
    triples = jsonld.to_rdf(data)["@default"]
    assert all(triple["predicate"]["value"].startswith((schema, "http://www.w3.org/")) for triple in triples)


def test_structured_data_of_a_topic_without_english_is_serbian(client: Client) -> None:
    Topic.objects.filter(slug="phishing").update(title_en="")
    data = json.loads(read(client, "/en/topics/phishing/").script[0])
    assert data["@graph"][0]["inLanguage"] == "sr-Cyrl"
