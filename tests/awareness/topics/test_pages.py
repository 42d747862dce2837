"""Topic pages: content, visibility of drafts, structured data and search documents."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone
from pyld import jsonld
from pytest_django import DjangoAssertNumQueries

from awareness.publishing.audiences import Audience, Reader
from awareness.topics.models import Topic, TopicAnswer
from awareness.topics.search_index import topic_document
from awareness.topics.selectors import answers_for, cached_topics, find_topic
from clicksafely.common.page_cache import content_version
from clicksafely.common.page_cache.list_cache import MAX_KEYS
from tests.clients.page_reader import PageReader
from tests.clients.previews import preview
from tests.clients.staff import Person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def read(client: Client, path: str) -> PageReader:
    response = client.get(path)
    assert response.status_code == 200, path
    return PageReader(response.content.decode())


def test_every_topic_is_answered_for_every_reader_in_both_languages() -> None:
    topics = list(Topic.objects.prefetch_related("answers"))
    assert len(topics) >= 16
    for topic in topics:
        readers = {answer.audience for answer in topic.answers.all()}
        assert readers >= {Reader.PARENTS, Reader.EDUCATORS}
        assert Reader.CHILDREN in readers or readers >= {Reader.MIDDLE, Reader.OLDEST}
        document = topic_document(topic)
        assert all(words.title and words.summary and words.body for words in document.words.values())
        assert set(document.words) == {"sr", "en"}
    by_topic = dict(Topic.objects.values_list("slug", "report_category"))
    assert [by_topic[slug] for slug in ("csam", "hate-speech", "netiquette")] == ["csam", "hate-speech", ""]


def test_a_topic_has_answers_per_audience_steps_and_help(client: Client) -> None:
    page = read(client, "/sr-latn/topics/cyberbullying/")
    assert not [letter for letter in page.text if "\u0400" <= letter <= "\u04ff"]
    readers = [answer["data-for"] for answer in page.all("details") if "data-for" in answer]
    assert {"now", *readers, "parents", "educators", "lines", "sources"} <= set(page.ids())
    assert len(page.ids()) == len(set(page.ids()))
    links = [link["href"] for link in page.all("a")]
    assert "/sr-latn/report/cyberbullying/" in links
    assert [f"tel:{number}" in links for number in ("192", "19833", "116111", "116000")] == [True] * 4


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
    for_five_readers.answers.filter(audience="11-14").delete()
    assert for_five_readers.pk not in [each.topic_id for each in answers_for(Audience.CHILDREN, now)]


def test_an_unpublished_topic_is_shown_in_a_preview_only(client: Client, writer: Person) -> None:
    assert client.get("/sr/topics/phishing/").headers["Cache-Control"] == "public, max-age=300"
    Topic.objects.filter(slug="phishing").update(published_at=NOW, withdrawn_at=NOW + timedelta(days=1))
    content_version.bump()
    topic = Topic.objects.get(slug="phishing")
    assert client.get("/sr/topics/phishing/").status_code == 404
    assert client.get("/sr/topics/phishing/?preview=x").status_code == 404
    assert "phishing" not in client.get("/sr/topics/").content.decode()
    page = PageReader(preview(writer, topic))
    assert page.all("meta", name="robots") == [{"name": "robots", "content": "noindex"}]
    assert len(page.all("div", **{"class": "preview-banner no-print"})) == 1


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
    assert json.loads(page.script[0])["@graph"][0]["inLanguage"] == "sr-Cyrl"


def test_a_page_of_a_cached_topic_costs_one_query(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/sr/topics/phishing/")
    # Cached within a content generation; only the generation is queried each time.
    with django_assert_max_num_queries(1):
        client.get("/sr/topics/phishing/")


def test_addresses_that_are_none_push_no_known_topic_out_of_memory(client: Client) -> None:
    client.get("/sr/topics/phishing/")
    for number in range(MAX_KEYS + 1):
        assert cached_topics.get(RequestFactory().get("/"), f"nema-{number}") is None
    assert list(cached_topics._found) == ["phishing"]


def test_structured_data_has_questions_and_audience(client: Client, for_five_readers: Topic) -> None:
    Topic.objects.filter(slug="phishing").update(summary_sr="</script><b>&")
    with override_settings(SITE_URL="https://klik.example.org"):
        data = json.loads(read(client, "/sr-latn/topics/phishing/").script[0])
    # Expanded by an independent processor: every term is of the vocabulary, every address absolute.
    schema = "https://schema.org/"
    data["@context"] = {"@vocab": schema, **{name: {"@type": "@id"} for name in ("url", "item")}}
    page, way = jsonld.expand(data)
    here = "https://klik.example.org/sr-latn/topics/phishing/"

    def one(node: Any, name: str) -> Any:
        (found,) = node[schema + name]
        return found.get("@value", found.get("@id", found))

    assert page["@type"] == [f"{schema}FAQPage", f"{schema}LearningResource"]
    assert page["@id"] == one(page, "url") == here
    assert (one(page, "name"), one(page, "inLanguage")) == ("Fišing (pecanje) i prevare", "sr-Latn")
    assert one(page, "description") == "</script><b>&"
    assert datetime.fromisoformat(one(page, "dateModified")) == Topic.objects.get(slug="phishing").changed_at
    questions = page[f"{schema}mainEntity"]
    roles = [one(node[f"{schema}audience"][0], "educationalRole") for node in questions[1:]]
    assert roles == ["student"] * 3 + ["parent", "teacher"]
    assert [one(node, "typicalAgeRange") for node in questions[1:4]] == ["7-10", "11-14", "15-18"]
    answers = [one(one(node, "acceptedAnswer"), "text") for node in questions]
    assert all(len(answer) > 10 and "<" not in answer for answer in answers)
    steps = way[f"{schema}itemListElement"]
    assert [one(step, "position") for step in steps] == [1, 2, 3]
    assert one(steps[2], "item") == here
