"""Quiz builder: cards, the form of a question in its card, choosers instead of numbers, drafts of a published quiz."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import BilingualText
from awareness.quizzes.kinds.schemas import Question as Plain
from awareness.quizzes.models import Question, Quiz
from awareness.quizzes.services import create_question, create_quiz
from tests.clients.admin_form import form_data
from tests.clients.staff import Person, signed_in
from tests.factories import quizzes as quiz_factory
from tests.factories.quiz_forms import question_data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_bank")]
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
QUESTIONS = "/admin/quizzes/question/"
QUIZZES = "/admin/quizzes/quiz/"


def new_questions(person: Person, *questions: Plain) -> list[Question]:
    return [create_question(facts=replace(each, topic=""), actor=person.user, now=NOW) for each in questions]


def made_quiz(person: Person, *questions: Plain) -> Quiz:
    return create_quiz(facts=replace(quiz_factory.QUIZ, questions=questions), actor=person.user, now=NOW)


def publish(quiz: Quiz) -> Quiz:
    Quiz.objects.filter(pk=quiz.pk).update(published_at=timezone.now() - timedelta(days=1))
    return Quiz.objects.get(pk=quiz.pk)


def questions_in(quiz: Quiz) -> list[int]:
    return list(quiz.entries.values_list("question", flat=True))


def shown_questions(page: str) -> list[int]:
    return [int(key) for key in re.findall(r'id="question-(\d+)"', page)]


def selected_value(page: str, name: str) -> str | None:
    select = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL)
    found = re.search(r'value="([^"]*)" selected', select[0]) if select else None
    return found[1] if found else None


# Cards


def test_the_cards_of_a_quiz_show_text_kind_and_right_answer(person: Person) -> None:
    quiz = made_quiz(person, *quiz_factory.EACH_KIND)
    page = person.client.get(f"{QUIZZES}{quiz.pk}/change/").content.decode()
    cards = re.split(r'id="question-(?=\d)', page)[1:]
    right = {
        "ordering": "1. прво (ср)",
        "matching": "пас (ср) → лаје (ср)",
        "sorting": "име (ср) → питај (ср)",
        "numeric": "15",
    }
    for question, entry, card in zip(quiz_factory.EACH_KIND, quiz.entries.all(), cards, strict=True):
        assert f'<p class="question-card-text" translate="no">{entry.question.text}</p>' in card
        assert str(entry.question.get_kind_display()) in card
        assert ("question-card-answers" in card) == kind_of(question).is_scored, question.kind
        wanted = [choice for choice in question.choices if choice.weight]
        best = max(wanted, key=lambda choice: choice.weight).text.sr if wanted else ""
        assert right.get(question.kind, best) in card, question.kind


def test_a_form_of_many_questions_needs_no_more_queries_than_one_of_few(person: Person) -> None:
    def queries(quiz: Quiz) -> int:
        person.client.get(f"{QUIZZES}{quiz.pk}/change/")
        with CaptureQueriesContext(connection) as found:
            person.client.get(f"{QUIZZES}{quiz.pk}/change/")
        return len(found)

    few = made_quiz(person, *quiz_factory.EACH_KIND[:1])
    facts = replace(quiz_factory.QUIZ, slug="mnogo")
    assert queries(create_quiz(facts=facts, actor=person.user, now=NOW)) <= queries(few)


def test_without_the_permission_nothing_is_shown_or_saved(person: Person) -> None:
    row = new_questions(person, quiz_factory.POLL)[0]
    analyst = signed_in("analiticar", "analyst").client
    for path in (f"{row.pk}/card/", f"{row.pk}/change/?_card=1", "add/?_card=1"):
        assert analyst.get(QUESTIONS + path).status_code == 403
        assert analyst.post(QUESTIONS + path, question_data(quiz_factory.POLL)).status_code == 403
        assert Client().get(QUESTIONS + path).status_code == 302
    assert Question.objects.count() == 1


# The form of a question in its card


def test_a_question_is_written_and_changed_in_its_card(client: Client) -> None:
    question = replace(quiz_factory.SCENARIO, topic="")
    form = client.get(f"{QUESTIONS}add/?_card=1&kind={question.kind}").content.decode()
    assert "<form" not in form
    assert 'id="question_text_sr"' in form
    assert selected_value(form, "kind") == question.kind
    assert set(re.findall(r'<input type="number" name="choices-0-(\w+)"', form)) == {"order", "tolerance"}
    response = client.post(f"{QUESTIONS}add/?_card=1&kind={question.kind}", question_data(question))
    row = Question.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{QUESTIONS}{row.pk}/card/")
    changed = question_data(replace(question, text=BilingualText("Друкчије", "Different")), row)
    response = client.post(f"{QUESTIONS}{row.pk}/change/?_card=1", changed, follow=True)
    assert "Друкчије" in response.content.decode()
    # The card is the message.
    assert "messagelist" not in client.get(QUESTIONS).content.decode()


def test_a_faulty_question_stays_in_its_card_with_the_error_at_its_field(client: Client) -> None:
    data = question_data(replace(quiz_factory.SINGLE, topic=""), text_sr="", explanation_sr="Објашњење")
    answer = client.post(f"{QUESTIONS}add/?_card=1", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<form" not in page
    assert 'id="question_text_sr_error"' in page
    assert 'href="#question_text_sr"' in page
    assert "Објашњење</textarea>" in page
    assert not Question.objects.exists()


def test_changing_a_question_of_a_public_quiz_needs_publish_permission(person: Person) -> None:
    quiz = publish(made_quiz(person, replace(quiz_factory.POLL, topic="")))
    row = quiz.entries.get().question
    author = signed_in("autorka", "author").client
    address = f"{QUESTIONS}{row.pk}/change/?_card=1"
    assert "data-save-question" not in author.get(address).content.decode()
    assert author.post(address, question_data(quiz_factory.POLL, row)).status_code == 403


# Without scripts: the page of the question returns to the quiz


def test_a_question_written_on_its_page_returns_to_the_quiz_and_is_added_with_it(person: Person) -> None:
    quiz = made_quiz(person, quiz_factory.POLL)
    address = f"{QUESTIONS}add/?kind=single&quiz={quiz.pk}"
    data = question_data(replace(quiz_factory.SINGLE, topic="")) | {"_save": "1"}
    done = person.client.post(address, data)
    new = Question.objects.get(kind="single")
    assert done["Location"] == f"{QUIZZES}{quiz.pk}/change/?question={new.pk}#question-{new.pk}"
    page = person.client.get(done["Location"].partition("#")[0]).content.decode()
    assert shown_questions(page) == [*questions_in(quiz), new.pk]
    assert len(questions_in(quiz)) == 1
    assert person.client.post(done["Location"], form_data(page)).status_code == 302
    assert questions_in(quiz)[1] == new.pk
    # The same address adds it once.
    assert shown_questions(person.client.get(done["Location"].partition("#")[0]).content.decode()) == questions_in(quiz)


def test_an_address_that_names_no_quiz_or_no_question_is_ignored(person: Person) -> None:
    data = question_data(replace(quiz_factory.POLL, topic="")) | {"_save": "1"}
    quiz = made_quiz(person, quiz_factory.SINGLE)
    for wrong in ("x", "", "9" * 30, "-1"):
        assert person.client.post(f"{QUESTIONS}add/?quiz={wrong}", data)["Location"] == QUESTIONS
        page = person.client.get(f"{QUIZZES}{quiz.pk}/change/?question={wrong}").content.decode()
        assert shown_questions(page) == questions_in(quiz), wrong


# The list


def test_an_entry_of_another_quiz_is_not_touched(person: Person) -> None:
    mine = made_quiz(person, quiz_factory.POLL)
    facts = replace(quiz_factory.QUIZ, slug="druga", questions=(quiz_factory.SINGLE,))
    other = create_quiz(facts=facts, actor=person.user, now=NOW)
    address = f"{QUIZZES}{mine.pk}/change/"
    stolen = {"entries-0-id": str(other.entries.get().pk), "entries-0-DELETE": "on"}
    person.client.post(address, form_data(person.client.get(address).content.decode(), **stolen))
    assert (len(questions_in(mine)), len(questions_in(other))) == (1, 1)


def test_moved_and_removed_questions_of_a_public_quiz_are_a_draft_until_it_is_published(person: Person) -> None:
    quiz = publish(made_quiz(person, quiz_factory.POLL, quiz_factory.SINGLE, quiz_factory.SHORT))
    poll, single, short = questions_in(quiz)
    address = f"{QUIZZES}{quiz.pk}/change/"
    changes = {"entries-0-order": "3", "entries-1-DELETE": "on", "entries-2-order": "1", "_save": "1"}
    data = form_data(person.client.get(address).content.decode(), **changes)
    assert person.client.post(address, data).status_code == 302
    assert questions_in(quiz) == [poll, single, short]
    page = person.client.get(address).content.decode()
    assert shown_questions(page) == [short, poll]
    assert person.client.post(address, form_data(page, _publish="1")).status_code == 302
    assert questions_in(quiz) == [short, poll]


# Choosers


@pytest.mark.parametrize(("value", "weights"), [("true", [100, 0]), ("false", [0, 100])])
def test_true_or_false_is_one_choice(client: Client, value: str, weights: list[int]) -> None:
    empty = replace(quiz_factory.TRUE_FALSE, topic="", choices=())
    data = question_data(empty) | {"is_true": value, "choices-TOTAL_FORMS": 2}
    data |= {f"choices-{place}-at": "0" for place in range(2)}
    assert client.post(f"{QUESTIONS}add/", data).status_code == 302
    row = Question.objects.get()
    assert [(choice.text_sr, choice.weight) for choice in row.choices.all()] == [  # type: ignore[attr-defined]
        ("Тачно", weights[0]),
        ("Нетачно", weights[1]),
    ]
    page = client.get(f"{QUESTIONS}{row.pk}/change/").content.decode()
    assert re.search(rf'name="is_true" value="{value}"[^>]*checked', page)
    assert client.post(f"{QUESTIONS}preview/", data).content.decode().count("<label") == 2


def test_right_answers_share_the_credit(client: Client) -> None:
    question = replace(quiz_factory.MULTIPLE, topic="")
    right = {f"choices-{place}-weight": "100" for place in (0, 1, 2)}
    assert client.post(f"{QUESTIONS}add/", question_data(question, **right)).status_code == 302
    row = Question.objects.get()
    assert [choice.weight for choice in row.choices.all()] == [Decimal("33.33333")] * 3 + [0]
    page = client.get(f"{QUESTIONS}{row.pk}/change/").content.decode()
    assert [selected_value(page, f"choices-{place}-weight") for place in range(4)] == ["100", "100", "100", "0"]
    # One fewer: the others get more, although their rows did not change.
    fewer = question_data(question, row, **right) | {"choices-2-weight": "0"}
    assert client.post(f"{QUESTIONS}{row.pk}/change/", fewer).status_code == 302
    assert [choice.weight for choice in row.choices.all()] == [50, 50, 0, 0]


def test_imported_weights_stay(person: Person) -> None:
    weights = (Decimal(75), Decimal(0), Decimal(25), Decimal(0))
    pairs = zip(quiz_factory.MULTIPLE.choices, weights, strict=True)
    uneven = replace(quiz_factory.MULTIPLE, choices=tuple(replace(choice, weight=weight) for choice, weight in pairs))
    row = new_questions(person, uneven)[0]
    page = person.client.get(f"{QUESTIONS}{row.pk}/change/").content.decode()
    assert [selected_value(page, f"choices-{place}-weight") for place in range(4)] == ["75", "0", "25", "0"]
    data = question_data(replace(uneven, topic=""), row, text_sr="Друго")
    assert person.client.post(f"{QUESTIONS}{row.pk}/change/", data).status_code == 302
    assert [choice.weight for choice in row.choices.all()] == [75, 0, 25, 0]


def test_a_question_without_a_name_gets_one_of_its_text(client: Client) -> None:
    question = replace(quiz_factory.POLL, topic="", name="", text=BilingualText("Шта мислиш?", "What?"))
    for _each in range(2):
        assert client.post(f"{QUESTIONS}add/", question_data(question)).status_code == 302
    assert set(Question.objects.values_list("name", flat=True)) == {"sta-mislis", "sta-mislis-2"}
