"""List and start page of quizzes: content, visibility, structured data and related content."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.templatetags.static import static
from django.test import Client
from pyld import jsonld

from awareness.quizzes.models import Quiz
from awareness.quizzes.search_index import document_of
from awareness.quizzes.services import save_question
from awareness.topics.models import Topic
from clicksafely.accounts.models import User
from clicksafely.common import search_registry as documents
from clicksafely.common.page_cache import content_version
from tests.clients.page_reader import PageReader
from tests.clients.quiz_player import Player, published
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
        questions = (quiz_factory.SINGLE, quiz_factory.POLL)
        published(replace(quiz_factory.QUIZ, slug=slug, level=level, topics=topics, questions=questions))


def test_the_list_is_narrowed_down_by_the_address(client: Client, three: None) -> None:
    Quiz.objects.exclude(slug__in=["jedan", "dva", "tri"]).update(published_at=None)
    for query, found in (
        ("", {"jedan", "dva", "tri"}),
        ("?level=11-14", {"dva", "tri"}),
        ("?topic=phishing&level=11-14", {"dva"}),
        ("?topic=netiquette&level=7-10", set()),
        ("?topic=nema&level=8-9&page=x", {"jedan", "dva", "tri"}),
        ("?page=99999999999", {"jedan", "dva", "tri"}),
    ):
        assert set(titles(client, query)) == found, query
        page = read(client, f"/en/quizzes/{query}")
        assert ("No quiz found" in page.text) == (not found)
        assert "2 questions · 7 minutes" in page.text or not found
        chosen = {option["value"] for option in page.all("option") if "selected" in option}
        assert chosen <= set(query.replace("&", "=").split("="))


def test_the_first_page_describes_the_quiz(client: Client) -> None:
    published()
    page = read(client, "/en/quizzes/proba/")
    for words in (
        "Проба (en)",
        "Свега по мало. (en)",
        "11 to 14 years",
        "7 minutes",
        f"{len(quiz_factory.EACH_KIND)} questions",
    ):
        assert words in page.text
    assert page.all("a", href="/en/topics/phishing/")
    (form,) = page.all("form", method="post")
    assert form["action"] == "/en/quizzes/proba/"
    assert page.all("input", type="hidden") == []
    response = client.get("/en/quizzes/proba/")
    assert response.headers["Cache-Control"] == "public, max-age=300"
    # With `no-referrer` browsers send the form with `Origin: null`.
    assert response.headers["Referrer-Policy"] == "same-origin"


def schema_loader(url: str, options: Any) -> dict[str, Any]:
    """A minimal schema.org context, so that no network request is made."""
    assert url.rstrip("/") == "https://schema.org"
    context = {"@vocab": SCHEMA, "url": {"@id": f"{SCHEMA}url"}}
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": {"@context": context}}  # fmt: skip


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
    (node,) = jsonld.expand(structured_data(), {"documentLoader": schema_loader})
    assert (node["@id"], node["@type"]) == ("http://testserver/en/quizzes/proba/", [f"{SCHEMA}Quiz"])
    assert node[f"{SCHEMA}timeRequired"] == [{"@value": "PT7M"}]
    assert node[f"{SCHEMA}typicalAgeRange"] == [{"@value": "11-14"}]
    Topic.objects.filter(slug="phishing").update(published_at=LATER)
    content_version.bump()
    assert "about" not in structured_data()


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
    questions = (quiz_factory.SINGLE, quiz_factory.MULTIPLE, replace(quiz_factory.POLL, topic="csam"))
    published(replace(quiz_factory.QUIZ, slug="a", topics=("cyberbullying", "phishing"), questions=questions))
    about_nothing = (replace(quiz_factory.POLL, topic=""),)
    published(replace(quiz_factory.QUIZ, slug="b", topics=("cyberbullying",), questions=about_nothing))
    published(replace(quiz_factory.QUIZ, slug="c", topics=(), questions=about_nothing))
    pictures = [each["src"] for each in read(client, "/en/quizzes/").all("img", **{"class": "card-picture"})]
    assert dict(zip(titles(client), pictures, strict=True)) == {
        "a": static("img/topics/phishing.svg"),
        "b": static("img/topics/cyberbullying.svg"),
        "c": static("img/kinds/quiz.svg"),
    }
