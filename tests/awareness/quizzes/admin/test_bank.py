"""Admin of questions and quizzes: forms, validation errors, preview, import and export."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from awareness.quizzes.admin import import_export_views
from awareness.quizzes.import_export.json_format import read_file, write_quiz
from awareness.quizzes.kinds.schemas import BilingualText
from awareness.quizzes.kinds.schemas import Question as Plain
from awareness.quizzes.models import Question, QuestionChoice, Quiz
from awareness.quizzes.selectors import find_quiz, questions_with_parts, to_question_data
from awareness.quizzes.services import create_question, create_quiz
from awareness.quizzes.statistics import count_question
from awareness.topics.models import Topic
from clicksafely.common.models import AuditEvent
from tests.awareness.publishing.test_forms import errors_at
from tests.clients.staff import Person, make_group, signed_in
from tests.factories import quizzes as quiz_factory
from tests.factories.quiz_forms import question_data, quiz_data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_bank")]
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
QUESTIONS = "/admin/quizzes/question/"
QUIZZES = "/admin/quizzes/quiz/"


def stored_question(pk: int | None = None) -> Plain:
    rows = questions_with_parts(Question.objects.all())
    return to_question_data(rows.get(pk=pk) if pk else rows.get())


def new_question(question: Plain, person: Person) -> Question:
    return create_question(facts=question, actor=person.user, now=NOW)


def row_errors(page: str) -> dict[str, str]:
    """Return the errors of each answer's row by its prefix, those of all answers under ""."""
    found = {"": " ".join(re.findall(r'<ul class="errorlist nonform"[^>]*>(.*?)</ul>', page, re.DOTALL))}
    for part in re.split(r'<div class="inline-related', page)[1:]:
        prefix = re.search(r'id="(choices-\d+)"', part)
        errors = re.findall(r'<ul class="errorlist(?! nonform)[^"]*"[^>]*>(.*?)</ul>', part, re.DOTALL)
        if prefix and errors:
            found[prefix[1]] = " ".join(errors)
    return {where: re.sub("<[^>]+>", "", text).strip() for where, text in found.items() if text.strip()}


@pytest.mark.parametrize("question", quiz_factory.EACH_KIND, ids=lambda question: question.kind)
def test_a_question_of_each_kind_is_written_and_changed(client: Client, question: Plain) -> None:
    question = replace(question, topic="")
    assert client.post(f"{QUESTIONS}add/", question_data(question)).status_code == 302
    assert stored_question() == question
    row = Question.objects.get()
    assert list(row.choices.values_list("order", flat=True)) == list(range(1, len(question.choices) + 1))
    changed = replace(question, text=BilingualText("Друкчије", "Different"))
    assert client.post(f"{QUESTIONS}{row.pk}/change/", question_data(changed, row)).status_code == 302
    assert stored_question() == changed
    row.refresh_from_db()
    assert row.revision == 2
    assert AuditEvent.objects.filter(action="quizzes.question.published", subject_id=str(row.pk)).count() == 2


@pytest.mark.parametrize(
    ("question", "changes", "where"),
    [
        (quiz_factory.SINGLE, {"choices-1-weight": "50"}, ""),
        (quiz_factory.SINGLE, {"choices-0-text_sr": "", "choices-0-text_en": ""}, "choices-0"),
        (quiz_factory.SINGLE, {"choices-2-text_sr": "а (ср)"}, "choices-2"),
        (quiz_factory.SINGLE, {"choices-0-weight": "101"}, "choices-0"),
        (quiz_factory.SCENARIO, {"situations-0-number": "2"}, "choices-0"),
        (quiz_factory.SHORT, {"choices-0-DELETE": "on"}, ""),
    ],
)
def test_an_error_is_shown_at_its_row_and_typed_text_stays(
    client: Client, question: Plain, changes: dict[str, str], where: str
) -> None:
    response = client.post(f"{QUESTIONS}add/", question_data(replace(question, topic=""), **changes))
    page = response.content.decode()
    assert response.status_code == 200
    assert list(row_errors(page)) == [where]
    assert "Питање (ср)" in page
    assert not Question.objects.exists()


def test_an_error_of_the_question_is_shown_at_its_field(client: Client) -> None:
    for changes, field in (
        ({"text_sr": "", "source_url": "javascript:x"}, "source_url"),
        ({"text_en": "т" * 1001}, "text_en"),
        ({"kind": "clues"}, "frame"),
        ({"kind": "cloze"}, "kind"),
    ):
        response = client.post(f"{QUESTIONS}add/", question_data(replace(quiz_factory.SINGLE, topic=""), **changes))
        assert f'id="id_{field}_error"' in response.content.decode()
    assert not Question.objects.exists()


def test_the_second_of_two_editors_sees_a_conflict_and_loses_nothing(person: Person) -> None:
    row = new_question(replace(quiz_factory.SINGLE, topic=""), person)
    address = f"{QUESTIONS}{row.pk}/change/"
    theirs = question_data(replace(quiz_factory.SINGLE, topic="", text=BilingualText("Њихово", "Theirs")), row)
    mine = question_data(replace(quiz_factory.SINGLE, topic="", text=BilingualText("Моје", "Mine")), row)
    assert person.client.post(address, theirs).status_code == 302
    response = person.client.post(address, mine)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Моје" in page
    assert stored_question().text.sr == "Њихово"
    token = re.search(r'name="opened" value="(\d+)"', page)
    assert token
    assert person.client.post(address, {**mine, "opened": token[1]}).status_code == 302
    assert stored_question().text.sr == "Моје"


def test_a_question_used_in_a_quiz_is_not_deleted(person: Person) -> None:
    quiz = create_quiz(facts=quiz_factory.QUIZ, actor=person.user, now=NOW)
    row = quiz.entries.all()[0].question
    assert person.client.post(f"{QUESTIONS}{row.pk}/delete/", {"post": "yes"}).status_code == 200
    assert Question.objects.filter(pk=row.pk).exists()


def test_the_list_shows_the_use_of_questions_in_constant_queries(person: Person) -> None:
    facts = replace(quiz_factory.QUIZ, questions=quiz_factory.EACH_KIND[:1])
    quiz = create_quiz(facts=facts, actor=person.user, now=NOW)
    question = quiz.entries.all()[0].question
    count_question(quiz_id=quiz.pk, question_id=question.pk, shown=4, answered=4, credit=4)
    assert 'class="field-facility">–<' in person.client.get(QUESTIONS).content.decode()
    count_question(quiz_id=quiz.pk, question_id=question.pk, shown=4, answered=4, credit=2)
    with CaptureQueriesContext(connection) as one:
        page = person.client.get(QUESTIONS).content.decode()
    assert 'class="field-quizzes">1<' in page
    assert 'class="field-facility">75 %<' in page
    for each in quiz_factory.EACH_KIND[1:]:
        new_question(each, person)
    with CaptureQueriesContext(connection) as many:
        person.client.get(QUESTIONS)
    assert len(many) <= len(one)
    count_question(quiz_id=quiz.pk, question_id=question.pk)
    kinds = len(quiz_factory.EACH_KIND)
    for query, rows in (({}, kinds), ({"used": "yes"}, 1), ({"used": "no"}, kinds - 1), ({"q": "ordering-"}, 1)):
        page = person.client.get(QUESTIONS, query).content.decode()
        assert page.count('class="field-quizzes"') == rows, query


def test_the_preview_shows_the_form_and_saves_nothing(client: Client) -> None:
    question = quiz_factory.SCENARIO
    data = question_data(question, text_sr="Непосачувано <питање>", preview_language="sr")
    response = client.post(f"{QUESTIONS}preview/", data)
    page = response.content.decode()
    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)
    assert "Непосачувано &lt;питање&gt;" in page
    assert question.choices[0].text.sr in page
    # The whole scenario, including later situations.
    assert question.situations[0].text.sr in page
    english = client.post(f"{QUESTIONS}preview/", {**data, "preview_language": "en"}).content.decode()
    assert "Питање (en)" in english
    assert not Question.objects.exists()


def test_a_preview_of_half_a_question_is_no_error(client: Client) -> None:
    for data in (
        {},
        {"kind": "cloze", "choices-TOTAL_FORMS": "x"},
        {"kind": "scenario", "choices-TOTAL_FORMS": "99999", "choices-0-text_sr": "а", "choices-0-leads_to": "7"},
        {"kind": "clues", "choices-TOTAL_FORMS": "1", "choices-0-text_sr": "а", "choices-0-role": "wall"},
        {"kind": "numeric", "choices-TOTAL_FORMS": "1", "choices-0-text_sr": "а", "choices-0-weight": "NaN"},
        {"kind": "matching", "text_sr": "т" * 9000, "choices-TOTAL_FORMS": "1", "choices-0-text_sr": "а"},
    ):
        assert client.post(f"{QUESTIONS}preview/", data).status_code == 200, data


def test_chosen_questions_are_exported(person: Person) -> None:
    rows = [new_question(each, person) for each in (quiz_factory.SINGLE, quiz_factory.SHORT, quiz_factory.POLL)]
    chosen = [rows[0].pk, rows[2].pk]
    data = {"action": "export_as_json", "_selected_action": chosen}
    response = person.client.post(QUESTIONS, data)
    assert "attachment" in response["Content-Disposition"]
    assert read_file(response.content.decode()) == (quiz_factory.SINGLE, quiz_factory.POLL)
    gift = person.client.post(QUESTIONS, {**data, "action": "export_as_gift"}).content.decode()
    assert "::single-question::" in gift
    assert "// poll-question: " in gift


# Quizzes


def test_a_quiz_of_questions_of_the_bank_in_their_order(person: Person) -> None:
    rows = [new_question(each, person) for each in (quiz_factory.SINGLE, quiz_factory.POLL, quiz_factory.SHORT)]
    data = quiz_data(*rows, **{"entries-2-order": "0"})
    assert person.client.post(f"{QUIZZES}add/", data).status_code == 302
    quiz = find_quiz("provera")
    assert quiz is not None
    assert [entry.question for entry in quiz.entries.all()] == [rows[2], rows[0], rows[1]]
    assert [closing.text_sr for closing in quiz.closings.all()] == ["Крај."]  # type: ignore[attr-defined]


def test_a_question_occurs_once_in_a_quiz(person: Person) -> None:
    row = new_question(quiz_factory.SINGLE, person)
    page = person.client.post(f"{QUIZZES}add/", quiz_data(row, row)).content.decode()
    assert "id_entries-1-question_error" in page
    assert not Quiz.objects.exists()


def test_hints_list_missing_parts_of_a_quiz(person: Person) -> None:
    long = BilingualText(
        "Када ти неко кога не познајеш пошаље поруку са везом и каже да мораш одмах да је отвориш шта радиш?"
    )
    row = new_question(replace(quiz_factory.SINGLE, text=long, source_title="", source_url=""), person)
    topic = Topic.objects.earliest("pk")
    Topic.objects.filter(pk=topic.pk).update(withdrawn_at=NOW + timedelta(minutes=1))
    step = {"next_steps-TOTAL_FORMS": 3}
    for number, page in enumerate((f"topic:{topic.slug}", "help:", "report:")):
        step |= {f"next_steps-{number}-order": number + 1, f"next_steps-{number}-page": page}
    data = quiz_data(row, **step, **{"closings-0-from_percent": 50})
    response = person.client.post(f"{QUIZZES}add/", {**data, "_continue": "1"}, follow=True)
    page = response.content.decode()
    remarks = re.search(r'<section class="editor-hints".*?</section>', page, re.DOTALL)
    assert remarks
    # Hints: English title and summary, few questions, no topic, no closing text from 0, its English, a dead next step,
    # and of the question English, source and sentence length.
    assert remarks[0].count("<li>") == 10


def test_the_next_steps_and_the_score_of_a_closing_text_are_chosen(person: Person) -> None:
    row = new_question(quiz_factory.SINGLE, person)
    topic = Topic.objects.earliest("pk")
    data = quiz_data(row, **{"next_steps-TOTAL_FORMS": 2, "next_steps-0-order": 1, "next_steps-1-order": 2})
    data["closings-0-from_percent"] = 55
    pages = {"next_steps-0-page": f"topic:{topic.slug}", "next_steps-1-page": "report:csam"}
    wrong = person.client.post(f"{QUIZZES}add/", data | pages | {"next_steps-1-page": "topic:nema"})
    assert errors_at(wrong.content.decode(), "next_steps-1-page")
    assert person.client.post(f"{QUIZZES}add/", data | pages).status_code == 302
    quiz = Quiz.objects.get()
    steps = quiz.next_steps.all()  # type: ignore[attr-defined]
    assert [(step.kind, step.slug) for step in steps] == [("topic", topic.slug), ("report", "csam")]
    assert quiz.closings.get().from_percent == 55  # type: ignore[attr-defined]
    # A score of an imported quiz is one of the choices.
    quiz.closings.update(from_percent=33)  # type: ignore[attr-defined]
    page = person.client.get(f"{QUIZZES}{quiz.pk}/change/").content.decode()
    assert '<option value="33" selected>33 %</option>' in page


@pytest.mark.parametrize(("form", "begins"), [("json", "{"), ("gift", "// ")])
def test_a_quiz_is_exported(person: Person, form: str, begins: str) -> None:
    quiz = create_quiz(facts=quiz_factory.QUIZ, actor=person.user, now=NOW)
    response = person.client.get(f"{QUIZZES}{quiz.pk}/export/{form}/")
    assert response["Content-Disposition"].startswith('attachment; filename="proba.')
    assert response.content.decode().startswith(begins)
    assert person.client.get(f"{QUIZZES}{quiz.pk}/export/word/").status_code == 404


# Import


def import_form(text: str, form: str = "gift", language: str = "sr") -> dict[str, Any]:
    return {"file": SimpleUploadedFile("q.txt", text.encode()), "format": form, "language": language}


def state_of(page: str) -> str | None:
    found = re.search(r'name="state" value="([^"]+)"', page)
    return found[1] if found else None


def test_importing_shows_a_preview_and_saves_on_confirmation(client: Client) -> None:
    text = "::a::Прво <b>питање</b>{=да ~не}\n\n::b::Друго{T}"
    response = client.post(f"{QUESTIONS}import/", import_form(text, language="en"))
    page = response.content.decode()
    assert response.status_code == 200
    assert not Question.objects.exists()
    assert "Прво питање" in page
    confirmation = client.post(f"{QUESTIONS}import/", {"state": state_of(page)})
    assert (confirmation.status_code, confirmation["Location"]) == (302, QUESTIONS)
    assert set(Question.objects.values_list("name", "text_sr")) == {("a", ""), ("b", "")}
    # A repeated confirmation adds nothing.
    client.post(f"{QUESTIONS}import/", {"state": state_of(page)})
    assert Question.objects.count() == 2


def test_valid_questions_are_imported_and_others_returned_for_correction(client: Client) -> None:
    response = client.post(f"{QUESTIONS}import/", import_form("::a::Добро{T}\n\nЛоше{=а ~}\n\nБез краја {=а"))
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count('<tr class="blocking">') == 2
    assert not Question.objects.exists()
    confirmation = client.post(f"{QUESTIONS}import/", {"state": state_of(page)}).content.decode()
    assert list(Question.objects.values_list("name", flat=True)) == ["a"]
    assert re.search(r"<textarea[^>]*>\s*Лоше\{=а ~\}\s+Без краја \{=а</textarea>", confirmation)
    corrected = {"text": "Лоше{=да ~не}\n\nБез краја {=а", "format": "gift", "language": "sr"}
    page = client.post(f"{QUESTIONS}import/", corrected).content.decode()
    client.post(f"{QUESTIONS}import/", {"state": state_of(page)})
    assert set(Question.objects.values_list("name", flat=True)) == {"a", "Лоше"}


@pytest.mark.parametrize(("text", "form"), [("Лоше{=а ~}\n\nБез краја {=а", "gift"), ('{"questions": [{}]}', "json")])
def test_a_file_without_a_good_question_cannot_be_confirmed(client: Client, text: str, form: str) -> None:
    response = client.post(f"{QUESTIONS}import/", import_form(text, form))
    assert response.status_code == 422
    assert state_of(response.content.decode()) is None
    assert not Question.objects.exists()


def test_nonsense_is_refused(client: Client) -> None:
    for data in ({}, {"format": "gift"}, import_form("a{T}", "word"), {"state": "x:y"}):
        assert client.post(f"{QUESTIONS}import/", data).status_code == 422
    assert not Question.objects.exists()


def test_a_file_that_would_take_too_long_is_left_to_the_command(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_export_views, "MAX_AT_ONCE", 1)
    response = client.post(f"{QUESTIONS}import/", import_form("::a::Прво{T}\n\n::b::Друго{T}"))
    page = response.content.decode()
    assert (response.status_code, "import_questions" in page, state_of(page)) == (422, True, None)


def test_a_form_state_of_another_user_is_refused(client: Client) -> None:
    state = state_of(client.post(f"{QUESTIONS}import/", import_form("::a::Добро{T}")).content.decode())
    other = signed_in("drugi", "editor").client
    assert other.post(f"{QUESTIONS}import/", {"state": state}).status_code == 422
    assert not Question.objects.exists()


def test_a_quiz_is_imported_as_a_draft_and_its_slug_checked_again(client: Client, person: Person) -> None:
    response = client.post(f"{QUESTIONS}import/", import_form(write_quiz(quiz_factory.QUIZ), "json"))
    state = state_of(response.content.decode())
    other = create_quiz(facts=replace(quiz_factory.QUIZ, questions=()), actor=person.user, now=NOW)
    assert client.post(f"{QUESTIONS}import/", {"state": state}).status_code == 422
    other.delete()
    confirmation = client.post(f"{QUESTIONS}import/", {"state": state})
    quiz = Quiz.objects.get()
    assert (confirmation.status_code, confirmation["Location"]) == (302, f"{QUIZZES}{quiz.pk}/change/")
    assert (quiz.published_at, QuestionChoice.objects.count() > 20) == (None, True)


def test_importing_needs_the_permission_to_change_and_reading_that_to_view(person: Person) -> None:
    analyst = signed_in("analiticar", "analyst").client
    assert analyst.get(f"{QUESTIONS}import/").status_code == 403
    assert analyst.post(f"{QUESTIONS}preview/").status_code == 403
    quiz = create_quiz(facts=quiz_factory.QUIZ, actor=person.user, now=NOW)
    kinds = ("question", "questionchoice", "questionsituation", "quiz", "quizentry", "resulttext", "nextstep")
    make_group("readers", *(f"quizzes.view_{kind}" for kind in kinds))
    other = signed_in("gost", "readers")
    question = quiz.entries.all()[0].question
    for path in (f"{QUESTIONS}{question.pk}/change/", f"{QUIZZES}{quiz.pk}/change/", f"{QUIZZES}{quiz.pk}/figures/"):
        assert other.client.get(path).status_code == 200
    assert other.client.post(f"{QUESTIONS}{question.pk}/change/", question_data(quiz_factory.POLL)).status_code == 403
    assert other.client.get(f"{QUESTIONS}import/").status_code == 403
