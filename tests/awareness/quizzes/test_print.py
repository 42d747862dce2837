"""Printed quizzes: every kind, the answer key, and the worksheet without it."""

import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone, translation

from awareness.publishing.services import save_record
from awareness.quizzes.kinds.registry import kind_of, score_answer
from awareness.quizzes.kinds.schemas import BilingualText, Question
from awareness.quizzes.models import Quiz
from awareness.quizzes.printing.offline import data_of
from awareness.quizzes.printing.worksheet import SheetQuestion, choice_letter, sheet_of
from awareness.quizzes.services import create_quiz
from clicksafely.accounts.models import User
from tests.clients.previews import preview
from tests.clients.staff import Person
from tests.factories import quizzes as quiz_factory

PAST = datetime(2026, 1, 1, tzinfo=UTC)


def sheet_question(question: Question, language: str = "sr") -> SheetQuestion:
    with translation.override(language):
        return sheet_of([question], language=language, seed="print-proba")[0]


@pytest.mark.parametrize("question", quiz_factory.EACH_KIND, ids=lambda question: question.kind)
def test_every_kind_has_a_key_and_everything_to_answer_with(question: Question) -> None:
    sheet = sheet_question(question)
    assert sheet.key
    texts = {choice.text for choice in sheet.choices} | {
        choice.text for situation in sheet.situations for choice in situation.choices
    }
    # The worksheet must not contain the answer.
    expected = set() if kind_of(question).is_written else {choice.text.sr for choice in question.choices}
    assert texts == expected


@pytest.mark.parametrize("seed", range(3))
def test_the_answer_key_has_the_letters_of_the_sheet_and_full_credit(seed: int) -> None:
    for question in (quiz_factory.SINGLE, quiz_factory.MULTIPLE, quiz_factory.TRUE_FALSE, quiz_factory.CLUES):
        (sheet,) = sheet_of([question], language="sr", seed=str(seed))
        by_letter = {choice.letter: choice.text for choice in sheet.choices}
        chosen = [by_letter[line[0]] for line in sheet.key if "50 %" not in line]
        places = tuple(sorted(place for place, each in enumerate(question.choices) if each.text.sr in chosen))
        assert score_answer(question, places).credit == 1


def test_pairs_of_the_key_are_right() -> None:
    for question in (quiz_factory.MATCHING, quiz_factory.SORTING):
        sheet = sheet_question(question)
        left = {choice.letter: choice.text for choice in sheet.choices}
        right = {group.letter: group.text for group in sheet.groups}
        pairs = {(left[line[0]], right[re.split(" – ", line)[1][0]]) for line in sheet.key}
        assert pairs == {(choice.text.sr, choice.match.sr) for choice in question.choices}


def test_a_scenario_names_the_target_of_each_choice() -> None:
    sheet = sheet_question(quiz_factory.SCENARIO, "en")
    assert [(each.heading, len(each.choices)) for each in sheet.situations] == [("", 2), ("Situation 1", 2)]
    assert [choice.letter for each in sheet.situations for choice in each.choices] == ["A", "B", "C", "D"]
    assert [line[0] for line in sheet.key] == ["B", "D"]


def test_numbers_are_written_as_readers_write_them() -> None:
    assert sheet_question(quiz_factory.NUMERIC).key == ("15 ± 0,5", "14 (25 %)")
    assert sheet_question(quiz_factory.NUMERIC, "en").key == ("15 ± 0.5", "14 (25 %)")


def test_letters_follow_the_alphabet_of_the_script() -> None:
    assert "".join(choice_letter(place, "sr") for place in range(6)) == "АБВГДЂ"
    assert "".join(choice_letter(place, "sr-latn") for place in range(6)) == "ABCDEF"
    assert choice_letter(40, "sr") == "41"


@pytest.fixture
def quiz(db: None) -> Quiz:
    Quiz.objects.all().delete()
    facts = replace(quiz_factory.QUIZ, questions=quiz_factory.EACH_KIND)
    quiz = create_quiz(facts=facts, actor=User.objects.create(username="x"), now=timezone.now())
    Quiz.objects.filter(pk=quiz.pk).update(published_at=PAST)
    return quiz


def test_the_sheet_with_and_without_the_key(client: Client, quiz: Quiz) -> None:
    both = client.get("/sr/quizzes/proba/print/")
    page = both.content.decode()
    assert (both.status_code, both["Cache-Control"], both.cookies) == (200, "public, max-age=300", {})
    assert page.count('<li class="worksheet-question"') == 2 * len(quiz_factory.EACH_KIND)
    assert page.count("Зато (ср)") == len(quiz_factory.EACH_KIND)
    sheet = client.get("/sr/quizzes/proba/print/?part=sheet").content.decode()
    assert sheet.count('<li class="worksheet-question"') == len(quiz_factory.EACH_KIND)
    # The key, an explanation, a written answer.
    for secret in ("worksheet-key", "Зато (ср)", "шифр*", "± 0,5"):
        assert secret not in sheet
        assert secret in page


def test_a_draft_is_printed_in_a_preview_only(client: Client, writer: Person, quiz: Quiz) -> None:
    Quiz.objects.filter(pk=quiz.pk).update(published_at=None)
    for part in ("print", "offline"):
        assert client.get(f"/sr/quizzes/proba/{part}/").status_code == 404
        assert preview(writer, quiz, f"sr/quizzes/proba/{part}/")
    assert client.get("/sr/quizzes/nema/print/").status_code == 404


def test_a_former_address_leads_on(client: Client, quiz: Quiz) -> None:
    quiz.refresh_from_db()
    quiz.slug = "nova"
    save_record(record=quiz, actor=User.objects.get(username="x"), now=timezone.now())
    for part in ("print", "offline"):
        response = client.get(f"/sr/quizzes/proba/{part}/")
        assert (response.status_code, response["Location"]) == (301, f"/sr/quizzes/nova/{part}/")


def test_the_offline_file_is_a_download_with_its_own_policy(client: Client, quiz: Quiz) -> None:
    response = client.get("/sr-latn/quizzes/proba/offline/")
    page = response.content.decode()
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="proba.html"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "public, max-age=300"
    assert '<html lang="sr-Latn">' in page
    assert "Pitanje (sr)" in page
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert html.unescape(policy[1]).startswith("default-src 'none'; script-src 'sha256-")
    # Anything that loads external resources.
    assert re.findall(r'(?:src|href|action)\s*=\s*"|url\(|@import', page) == []


def test_text_of_editors_is_escaped_in_the_data() -> None:
    data = data_of(replace(quiz_factory.QUIZ, summary=BilingualText("</script><!--<script>\u2028&amp;")), "sr")
    assert not re.search("[<>&\u2028\u2029]", data)
    assert json.loads(data)["quiz"]["summary"] == "</script><!--<script>\u2028&amp;"
