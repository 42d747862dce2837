"""List and start page of quizzes: content, visibility, structured data and related content."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.templatetags.static import static
from django.test import Client, RequestFactory
from pyld import jsonld
from pytest_django import DjangoAssertNumQueries

from awareness.publishing import related_content
from awareness.publishing.next_steps import next_step_cards
from awareness.publishing.services import save_record
from awareness.quizzes.models import NextStep, Quiz
from awareness.quizzes.search_index import document_of
from awareness.quizzes.services import create_question, create_quiz, save_question
from awareness.topics.models import Topic
from clicksafely.accounts.models import User
from clicksafely.common import search_registry as documents
from clicksafely.common.page_cache import content_version
from tests.clients.page_reader import PageReader
from tests.clients.previews import preview, preview_path
from tests.clients.quiz_player import Player, published
from tests.clients.staff import Person
from tests.factories import quizzes as quiz_factory

pytestmark = pytest.mark.django_db

LATER = datetime(2100, 1, 1, tzinfo=UTC)
SCHEMA = "https://schema.org/"


def read(client: Client, path: str) -> PageReader:
    response = client.get(path)
    assert response.status_code == 200, path
    return PageReader(response.content.decode())


def titles(client: Client, query: str = "") -> list[str]:
    page = read(client, f"/en/quizzes/{query}")
    return [each["href"].split("/")[3] for each in page.all("a") if re.fullmatch("/en/quizzes/[^/?]+/", each["href"])]


@pytest.fixture
def three() -> None:
    """Three quizzes of two age groups on two topics."""
    for slug, level, topics in (
        ("jedan", "7-10", ("phishing",)),
        ("dva", "11-14", ("phishing", "netiquette")),
        ("tri", "11-14", ("netiquette",)),
    ):
        published(
            replace(
                quiz_factory.QUIZ,
                slug=slug,
                level=level,
                topics=topics,
                questions=(quiz_factory.SINGLE, quiz_factory.POLL),
            )
        )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"jedan", "dva", "tri"}),
        ("?level=11-14", {"dva", "tri"}),
        ("?topic=phishing", {"jedan", "dva"}),
        ("?topic=phishing&level=11-14", {"dva"}),
        ("?topic=netiquette&level=7-10", set()),
        ("?topic=nema&level=8-9&page=x", {"jedan", "dva", "tri"}),
        ("?page=99999999999", {"jedan", "dva", "tri"}),
    ],
)
def test_the_list_is_narrowed_down_by_the_address(client: Client, three: None, query: str, found: set[str]) -> None:
    Quiz.objects.exclude(slug__in=["jedan", "dva", "tri"]).update(published_at=None)
    assert set(titles(client, query)) == found
    page = read(client, f"/en/quizzes/{query}")
    assert ("No quiz found" in page.text) == (not found)
    assert "2 questions · 7 minutes" in page.text or not found
    chosen = {option["value"] for option in page.all("option") if "selected" in option}
    assert chosen <= set(query.replace("&", "=").split("="))


def test_adults_find_their_quizzes(client: Client) -> None:
    Quiz.objects.update(published_at=None)
    for level, role in (("parents", "parent"), ("educators", "teacher")):
        published(replace(quiz_factory.QUIZ, slug=level, level=level, questions=(quiz_factory.POLL,)))
        assert titles(client, f"?level={level}") == [level]
        data = json.loads(read(client, f"/en/quizzes/{level}/").script[0])
        assert data["audience"]["educationalRole"] == role
        assert "typicalAgeRange" not in data
    assert read(client, "/en/for-parents/").all("a", href="/en/quizzes/parents/")
    assert read(client, "/en/for-teachers/").all("a", href="/en/quizzes/?level=educators")


def test_a_list_without_a_quiz_has_links(client: Client) -> None:
    Quiz.objects.update(published_at=None)
    page = read(client, "/en/quizzes/")
    assert "No quiz yet" in page.text
    assert page.all("a", href="/en/for-children/")


def test_the_list_turns_pages(client: Client) -> None:
    for number in range(25):
        published(replace(quiz_factory.QUIZ, slug=f"kviz-{number}", questions=(quiz_factory.POLL,)))
    assert len(titles(client, "?level=11-14")) == 9
    page = read(client, "/en/quizzes/?level=11-14")
    (onwards,) = page.all("a", rel="next")
    assert onwards["href"] == "?level=11-14&page=2"
    assert read(client, f"/en/quizzes/{onwards['href']}").all("a", rel="prev")


def test_the_first_page_describes_the_quiz(client: Client) -> None:
    published()
    page = read(client, "/en/quizzes/proba/")
    for words in ("Проба (en)", "Свега по мало. (en)", "11 to 14 years", "7 minutes", "13 questions"):
        assert words in page.text
    assert page.all("a", href="/en/topics/phishing/")
    (form,) = page.all("form", method="post")
    assert form["action"] == "/en/quizzes/proba/"
    assert page.all("input", type="hidden") == []
    response = client.get("/en/quizzes/proba/")
    assert response.headers["Cache-Control"] == "public, max-age=300"
    # With `no-referrer` browsers send the form with `Origin: null`.
    assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "dates",
    [
        {"published_at": None},
        {"published_at": LATER},
        {"published_at": LATER - timedelta(days=40000), "withdrawn_at": LATER - timedelta(days=39000)},
    ],
    ids=["draft", "scheduled", "withdrawn"],
)
def test_an_unpublished_quiz_is_shown_only_in_an_uncached_preview(client: Client, writer: Person, dates: Any) -> None:
    quiz = published()
    Quiz.objects.filter(pk=quiz.pk).update(**dates)
    assert client.get("/sr/quizzes/proba/").status_code == 404
    assert client.get("/sr/quizzes/proba/?preview=x").status_code == 404
    assert "proba" not in titles(client)
    page = PageReader(preview(writer, quiz))
    assert page.all("meta", name="robots") == [{"name": "robots", "content": "noindex"}]
    assert page.all("form", method="post")[0]["action"] == preview_path(quiz)


def test_structured_data_has_the_language_and_only_public_topics(client: Client) -> None:
    quiz = published()
    Quiz.objects.filter(pk=quiz.pk).update(title_en="")

    def structured_data() -> dict[str, Any]:
        data: dict[str, Any] = json.loads(read(client, "/en/quizzes/proba/").script[0])
        return data

    assert structured_data()["inLanguage"] == "sr-Cyrl"
    (about,) = structured_data()["about"]
    assert about["url"] == "http://testserver/en/topics/phishing/"
    assert structured_data()["publisher"]["url"] == "http://testserver/en/"
    assert datetime.fromisoformat(structured_data()["dateModified"]) == Quiz.objects.get(pk=quiz.pk).changed_at
    Topic.objects.filter(slug="phishing").update(published_at=LATER)
    content_version.bump()
    assert "about" not in structured_data()


def test_a_former_address_leads_to_the_present_one(client: Client) -> None:
    quiz = published()
    quiz.slug = "nova"
    save_record(record=quiz, actor=User.objects.get(), now=datetime.now(UTC))
    response = client.get("/sr-latn/quizzes/proba/")
    assert (response.status_code, response["Location"]) == (301, "/sr-latn/quizzes/nova/")
    assert client.get("/sr/quizzes/never/").status_code == 404


def test_a_serbian_quiz_is_marked_on_an_english_page(client: Client) -> None:
    published()
    Quiz.objects.update(title_en="", summary_en="")
    page = read(client, "/en/quizzes/proba/")
    assert "not available in English yet" in page.text
    assert "Проба (ср)" in page.text
    assert page.all("div", lang="sr-Cyrl")


def test_sensitive_quizzes_have_help_lines_and_no_mascot(client: Client) -> None:
    quiz = published()
    assert "klik-" in client.get("/en/quizzes/proba/").content.decode()
    quiz.topics.set(Topic.objects.filter(slug__in=["phishing", "sexting-blackmail"]))
    content_version.bump()
    assert "klik-" not in client.get("/en/quizzes/proba/").content.decode()
    player = Player(client)
    page = player.begin()
    assert "Is something like this happening to you?" in page.text
    assert [link["href"] for link in page.all("a")].count("tel:19833") == 1
    player.answer(quiz_factory.SINGLE, (1,))
    assert "klik-" not in player.html
    player.press("act", "review")
    player.press("act", "end")
    assert "klik-" not in player.html


def schema_loader(url: str, options: Any) -> dict[str, Any]:
    """A minimal schema.org context, so that no network request is made."""
    assert url.rstrip("/") == "https://schema.org"
    context = {"@vocab": SCHEMA, "url": {"@id": f"{SCHEMA}url"}}
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": {"@context": context}}  # fmt: skip


@pytest.mark.parametrize(("language", "tag"), [("sr", "sr-Cyrl"), ("sr-latn", "sr-Latn"), ("en", "en")])
def test_structured_data_has_the_same_metadata(client: Client, language: str, tag: str) -> None:
    published()
    data = json.loads(read(client, f"/{language}/quizzes/proba/").script[0])
    (node,) = jsonld.expand(data, {"documentLoader": schema_loader})
    assert (node["@id"], node["@type"]) == (f"http://testserver/{language}/quizzes/proba/", [f"{SCHEMA}Quiz"])
    assert node[f"{SCHEMA}inLanguage"] == [{"@value": tag}]
    assert node[f"{SCHEMA}timeRequired"] == [{"@value": "PT7M"}]
    assert node[f"{SCHEMA}typicalAgeRange"] == [{"@value": "11-14"}]
    assert len(jsonld.to_rdf(data, {"documentLoader": schema_loader})["@default"]) > 10


def test_other_apps_show_its_card(rf: RequestFactory) -> None:
    quiz = published()
    topic = Topic.objects.get(slug="phishing")
    now = datetime.now(UTC)
    about = related_content.related_cards(rf.get("/"), [topic.pk], now=now)
    shelves = {shelf.kind: [card.path for card in found] for shelf, found in about}
    assert "/sr/quizzes/proba/" in shelves["quiz"]
    card = related_content.cards_by_slug("quiz", {"proba", "nema"}, now=now)["proba"]
    assert (card.path, card.note) == ("/sr/quizzes/proba/", quiz.get_level_display())
    assert (
        related_content.cards_by_slug("quiz", {"nema"}, now=now)
        == related_content.cards_by_slug("nothing", {"proba"}, now=now)
        == {}
    )


def test_the_search_document_has_questions_without_answers() -> None:
    quiz = published(replace(quiz_factory.QUIZ, questions=(
        quiz_factory.question(quiz_factory.SINGLE.kind, quiz_factory.choice("тајна", 100), quiz_factory.choice("б"),
        text=quiz_factory.w("Шта је ово")),)))  # fmt: skip
    document = document_of(quiz)
    assert documents.searchable_for(quiz) is not None
    assert set(document.words) == {"sr", "en"}
    assert document.words["sr"].title == "Проба (ср)"
    assert "Шта је ово (ср)" in document.words["sr"].body
    assert "тајна" not in str(document.words)
    assert (document.url_name, document.url_kwargs) == ("quiz", {"slug": "proba"})


def test_a_changed_question_notifies_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    quiz = published()
    other = published(replace(quiz_factory.QUIZ, slug="druga", questions=(quiz_factory.POLL,)))
    changed_records: list[object] = []
    monkeypatch.setattr(documents, "_LISTENERS", [lambda record, _stays: changed_records.append(record)])
    question = quiz.entries.all()[0].question
    save_question(question=question, actor=User.objects.get(), now=datetime.now(UTC))
    assert changed_records == [question, quiz]
    assert other not in changed_records


def test_a_card_shows_the_picture_of_the_most_frequent_topic(client: Client) -> None:
    Quiz.objects.update(published_at=None)
    Topic.objects.filter(slug="netiquette").update(slug="nov")
    about_nothing = replace(quiz_factory.POLL, topic="")
    for slug, topics, questions in (
        (
            "o-pecanju",
            ("cyberbullying", "phishing"),
            (quiz_factory.SINGLE, quiz_factory.MULTIPLE, replace(quiz_factory.POLL, topic="csam")),
        ),
        ("o-nasilju", ("cyberbullying",), (about_nothing,)),
        ("o-novom", ("nov",), (about_nothing,)),
        ("ni-o-cemu", (), (about_nothing,)),
    ):
        published(replace(quiz_factory.QUIZ, slug=slug, topics=topics, questions=questions))
    pictures = [each["src"] for each in read(client, "/en/quizzes/").all("img", **{"class": "card-picture"})]
    picture_of = dict(zip(titles(client), pictures, strict=True))
    assert picture_of["o-pecanju"] == static("img/topics/phishing.svg")
    assert picture_of["o-nasilju"] == static("img/topics/cyberbullying.svg")
    assert picture_of["o-novom"] == picture_of["ni-o-cemu"] == static("img/kinds/quiz.svg")
    Quiz.objects.exclude(slug="o-pecanju").delete()
    # A page of another app that displays cards of quizzes.
    fresh = read(client, "/en/for-children/")
    assert static("img/topics/phishing.svg") in {each["src"] for each in fresh.all("img", **{"class": "card-picture"})}


def test_next_steps_link_only_to_public_pages(client: Client) -> None:
    quiz = published()
    published(replace(quiz_factory.QUIZ, slug="druga", title=quiz_factory.w("Друга"), questions=(quiz_factory.POLL,)))
    draft = create_quiz(
        facts=replace(quiz_factory.QUIZ, slug="nacrt", questions=()), actor=User.objects.get(), now=LATER
    )
    quiz.next_steps.all().delete()
    steps = [
        ("topic", "phishing"),
        ("topic", "nema"),
        ("quiz", "druga"),
        ("quiz", draft.slug),
        ("event", "dan"),
        ("report", "csam"),
        ("help", ""),
    ]
    NextStep.objects.bulk_create(
        NextStep(quiz=quiz, order=order, kind=kind, slug=slug) for order, (kind, slug) in enumerate(steps)
    )
    found = [(card.kind, card.path) for card in next_step_cards(quiz.next_steps.all(), now=datetime.now(UTC))]
    assert found == [
        ("topic", "/sr/topics/phishing/"),
        ("quiz", "/sr/quizzes/druga/"),
        ("report", "/sr/report/csam/"),
        ("help", "/sr/help/"),
    ]


@pytest.mark.parametrize("more", [0, 11])
def test_pages_cost_few_queries_however_many_questions(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, more: int
) -> None:
    quiz = published()
    for number in range(more):
        question = create_question(
            facts=quiz_factory.EACH_KIND[number], actor=User.objects.get(), now=datetime.now(UTC)
        )
        quiz.entries.create(question=question, order=50 + number)
    client.get("/sr/quizzes/proba/")
    with django_assert_num_queries(1):
        client.get("/sr/quizzes/proba/")
    content_version.bump()
    with django_assert_num_queries(1 + 8 + 3):
        client.get("/sr/quizzes/proba/")
    with django_assert_num_queries(5):
        client.get("/sr/quizzes/")
