"""Quiz builder: cards, the form of a question in its card, choosers instead of numbers, drafts of a published quiz."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from awareness.quizzes.admin.editor_hints import question_hints
from awareness.quizzes.kinds.registry import QUESTION_KINDS, kind_of
from awareness.quizzes.kinds.schemas import BilingualText
from awareness.quizzes.kinds.schemas import Question as Plain
from awareness.quizzes.models import Question, Quiz
from awareness.quizzes.services import create_question, create_quiz
from tests.clients.admin_form import form_data
from tests.clients.staff import Person, make_group, signed_in
from tests.factories import quizzes as quiz_factory
from tests.factories.quiz_forms import question_data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_bank")]
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
QUESTIONS = "/admin/quizzes/question/"
QUIZZES = "/admin/quizzes/quiz/"


@pytest.fixture
def person() -> Person:
    return signed_in("urednica", "editor")


@pytest.fixture
def client(person: Person) -> Client:
    return person.client


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


@pytest.mark.parametrize("question", quiz_factory.EACH_KIND, ids=lambda question: question.kind)
def test_a_card_shows_text_kind_and_right_answer(person: Person, question: Plain) -> None:
    row = new_questions(person, question)[0]
    page = person.client.get(f"{QUESTIONS}{row.pk}/card/").content.decode()
    assert "Питање (ср)" in page
    assert str(row.get_kind_display()) in page
    right = {
        "ordering": "1. прво (ср)",
        "matching": "пас (ср) → лаје (ср)",
        "sorting": "име (ср) → питај (ср)",
        "numeric": "15",
    }
    fitting = [choice.text.sr for choice in question.choices if choice.weight == 100]
    expected = (
        right.get(question.kind) or (fitting or [choice.text.sr for choice in question.choices if choice.weight])[:1]
    )
    assert ("question-card-answers" in page) == kind_of(question).is_scored
    assert all(text in page for text in ([expected] if isinstance(expected, str) else expected))


def test_a_card_shows_missing_texts(person: Person) -> None:
    poor = replace(quiz_factory.SINGLE, text=BilingualText("Само српски"), explanation=BilingualText())
    rich, poor_row = new_questions(person, quiz_factory.SINGLE, poor)
    assert "question-card-hints" not in person.client.get(f"{QUESTIONS}{rich.pk}/card/").content.decode()
    page = person.client.get(f"{QUESTIONS}{poor_row.pk}/card/").content.decode()
    assert page.count("row-mark") == 2


def test_a_word_of_two_scripts_is_named_in_each_part_of_a_question(person: Person) -> None:
    mixed = BilingualText("безбеднo", "safe")
    parts = replace(quiz_factory.SINGLE.choices[0], feedback=mixed)
    for question in (
        replace(quiz_factory.SINGLE, name="text", text=mixed),
        replace(quiz_factory.SINGLE, name="discussion", discussion=mixed),
        replace(quiz_factory.SINGLE, name="feedback", choices=(parts, *quiz_factory.SINGLE.choices[1:])),
    ):
        (row,) = new_questions(person, question)
        with translation.override("en"):
            [hint] = [hint for hint in question_hints(row, "11-14") if "letters" in hint]
        assert "“безбеднo” has Cyrillic and Latin letters" in hint


def test_the_form_of_twenty_questions_needs_as_many_queries_as_that_of_one(person: Person) -> None:
    def queries(quiz: Quiz) -> int:
        person.client.get(f"{QUIZZES}{quiz.pk}/change/")
        with CaptureQueriesContext(connection) as found:
            page = person.client.get(f"{QUIZZES}{quiz.pk}/change/").content.decode()
        assert shown_questions(page) == questions_in(quiz)
        return len(found)

    one = create_quiz(
        facts=replace(quiz_factory.QUIZ, questions=quiz_factory.EACH_KIND[:1]), actor=person.user, now=NOW
    )
    many = [replace(quiz_factory.EACH_KIND[place % 11], name=f"q{place}") for place in range(20)]
    twenty = create_quiz(
        facts=replace(quiz_factory.QUIZ, slug="dvadeset", questions=tuple(many)), actor=person.user, now=NOW
    )
    assert queries(twenty) == queries(one)


@pytest.mark.parametrize("path", ["{0}/card/", "{0}/change/?_card=1", "add/?_card=1"])
def test_without_the_permission_nothing_is_shown_or_saved(person: Person, path: str) -> None:
    row = new_questions(person, quiz_factory.POLL)[0]
    address = QUESTIONS + path.format(row.pk)
    analyst = signed_in("analiticar", "analyst").client
    assert (
        analyst.get(address).status_code == analyst.post(address, question_data(quiz_factory.POLL)).status_code == 403
    )
    assert Client().get(address).status_code == 302
    assert Question.objects.count() == 1


def test_a_card_is_only_read_and_a_question_needs_the_token(person: Person) -> None:
    row = new_questions(person, quiz_factory.POLL)[0]
    assert person.client.post(f"{QUESTIONS}{row.pk}/card/").status_code == 405
    assert person.client.get(f"{QUESTIONS}{row.pk + 1}/card/").status_code == 404
    person.client.handler.enforce_csrf_checks = True
    data = question_data(replace(quiz_factory.POLL, topic=""), row, text_sr="Без печата")
    assert person.client.post(f"{QUESTIONS}{row.pk}/change/?_card=1", data).status_code == 403
    assert Question.objects.get().text_sr == "Питање (ср)"  # type: ignore[attr-defined]


# The form of a question in its card


@pytest.mark.parametrize("question", quiz_factory.EACH_KIND, ids=lambda question: question.kind)
def test_a_question_of_each_kind_is_written_and_changed_in_its_card(client: Client, question: Plain) -> None:
    question = replace(question, topic="")
    form = client.get(f"{QUESTIONS}add/?_card=1&kind={question.kind}").content.decode()
    assert "<form" not in form
    assert 'id="question_text_sr"' in form
    assert selected_value(form, "kind") == question.kind
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


def test_the_second_editor_of_a_question_reads_it_in_the_card_and_loses_nothing(person: Person) -> None:
    row = new_questions(person, quiz_factory.SINGLE)[0]
    address = f"{QUESTIONS}{row.pk}/change/?_card=1"
    theirs = question_data(replace(quiz_factory.SINGLE, topic="", text=BilingualText("Њихово", "Theirs")), row)
    mine = question_data(replace(quiz_factory.SINGLE, topic="", text=BilingualText("Моје", "Mine")), row)
    assert person.client.post(address, theirs).status_code == 302
    answer = person.client.post(address, mine)
    assert answer.status_code == 422
    assert "Моје" in answer.content.decode()
    assert Question.objects.get().text_sr == "Њихово"  # type: ignore[attr-defined]


def test_changing_a_question_of_a_public_quiz_needs_publish_permission(person: Person) -> None:
    quiz = publish(made_quiz(person, replace(quiz_factory.POLL, topic="")))
    row = quiz.entries.get().question
    author = signed_in("autorka", "author").client
    address = f"{QUESTIONS}{row.pk}/change/?_card=1"
    assert "data-save-question" not in author.get(address).content.decode()
    assert author.post(address, question_data(quiz_factory.POLL, row)).status_code == 403


def test_unsaved_text_of_a_question_is_offered_in_its_card(client: Client) -> None:
    data = question_data(replace(quiz_factory.POLL, topic=""), text_sr="Недовршено")
    assert client.post(f"{QUESTIONS}add/autosave/", data).status_code == 200
    card = client.get(f"{QUESTIONS}add/?_card=1&kind=poll").content.decode()
    assert "_restore_unsaved" in card
    restored = client.post(f"{QUESTIONS}add/?_card=1&kind=poll", {"_restore_unsaved": "1"})
    assert (restored.status_code, "Недовршено" in restored.content.decode()) == (422, True)
    assert client.post(f"{QUESTIONS}add/?_card=1&kind=poll", data).status_code == 302
    assert "_restore_unsaved" not in client.get(f"{QUESTIONS}add/?_card=1&kind=poll").content.decode()


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


def test_a_changed_question_returns_to_its_card(person: Person) -> None:
    quiz = made_quiz(person, replace(quiz_factory.POLL, topic=""))
    row = quiz.entries.get().question
    data = question_data(replace(quiz_factory.POLL, topic=""), row) | {"_save": "1"}
    response = person.client.post(f"{QUESTIONS}{row.pk}/change/?quiz={quiz.pk}", data)
    assert response["Location"] == f"{QUIZZES}{quiz.pk}/change/#question-{row.pk}"


@pytest.mark.parametrize("quiz", ["x", "", "9" * 30, "https://example.org/"])
def test_an_address_that_names_no_quiz_is_ignored(client: Client, quiz: str) -> None:
    data = question_data(replace(quiz_factory.POLL, topic="")) | {"_save": "1"}
    assert client.post(f"{QUESTIONS}add/?quiz={quiz}", data)["Location"] == QUESTIONS


@pytest.mark.parametrize("question", ["x", "9" * 30, "0", "-1"])
def test_an_address_that_names_no_question_adds_nothing(person: Person, question: str) -> None:
    quiz = made_quiz(person, quiz_factory.POLL)
    page = person.client.get(f"{QUIZZES}{quiz.pk}/change/?question={question}").content.decode()
    assert shown_questions(page) == questions_in(quiz)


# The list


def test_an_entry_of_another_quiz_is_not_touched(person: Person) -> None:
    mine, other = (
        made_quiz(person, quiz_factory.POLL),
        create_quiz(
            facts=replace(quiz_factory.QUIZ, slug="druga", questions=(quiz_factory.SINGLE,)), actor=person.user, now=NOW
        ),
    )
    address = f"{QUIZZES}{mine.pk}/change/"
    stolen = {"entries-0-id": str(other.entries.get().pk), "entries-0-DELETE": "on"}
    person.client.post(address, form_data(person.client.get(address).content.decode(), **stolen))
    assert (len(questions_in(mine)), len(questions_in(other))) == (1, 1)


def test_a_question_that_does_not_exist_is_refused_at_its_card(person: Person) -> None:
    quiz = made_quiz(person, quiz_factory.POLL)
    address = f"{QUIZZES}{quiz.pk}/change/"
    data = form_data(person.client.get(address).content.decode())
    data |= {"entries-TOTAL_FORMS": "2", "entries-1-question": "999999", "entries-1-order": "2"}
    page = person.client.post(address, data).content.decode()
    assert "id_entries-1-question_error" in page
    assert shown_questions(page) == questions_in(quiz)


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


def test_the_second_editor_of_a_list_reads_both_orders(person: Person) -> None:
    quiz = made_quiz(person, quiz_factory.POLL, quiz_factory.SINGLE)
    address = f"{QUIZZES}{quiz.pk}/change/"
    page = person.client.get(address).content.decode()
    assert person.client.post(address, form_data(page, title_sr="Њихов наслов")).status_code == 302
    second = person.client.post(address, form_data(page, **{"entries-0-order": "5"})).content.decode()
    assert "edit-conflict" in second
    assert 'name="entries-0-order" value="5"' in second


def test_a_user_with_view_permission_sees_cards_without_controls(person: Person) -> None:
    quiz = made_quiz(person, *quiz_factory.EACH_KIND)
    kinds = ("question", "questionchoice", "questionsituation", "quiz", "quizentry", "resulttext", "nextstep")
    make_group("readers", *(f"quizzes.view_{kind}" for kind in kinds))
    page = signed_in("gost", "readers").client.get(f"{QUIZZES}{quiz.pk}/change/").content.decode()
    assert shown_questions(page) == questions_in(quiz)
    assert "entries-0-order" not in page
    assert "data-new-question" not in page


def test_every_kind_is_offered(client: Client) -> None:
    page = client.get(f"{QUIZZES}add/").content.decode()
    assert re.findall(r"add/\?kind=(\w+)", page) == list(QUESTION_KINDS)


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


def test_situations_are_numbered_and_chosen(client: Client) -> None:
    question = replace(quiz_factory.SCENARIO, topic="")
    assert client.post(f"{QUESTIONS}add/", question_data(question, **{"situations-0-number": ""})).status_code == 302
    row = Question.objects.get()
    assert row.situations.get().number == 1
    page = client.get(f"{QUESTIONS}{row.pk}/change/").content.decode()
    assert 'type="hidden" name="situations-0-number"' in page
    assert [selected_value(page, f"choices-{place}-leads_to") for place in range(2)] == ["1", ""]
    assert [selected_value(page, f"choices-{place}-at") for place in (0, 2)] == ["0", "1"]


def test_a_question_without_a_name_gets_one_of_its_text(client: Client) -> None:
    question = replace(quiz_factory.POLL, topic="", name="", text=BilingualText("Шта мислиш?", "What?"))
    for _each in range(2):
        assert client.post(f"{QUESTIONS}add/", question_data(question)).status_code == 302
    assert set(Question.objects.values_list("name", flat=True)) == {"sta-mislis", "sta-mislis-2"}


@pytest.mark.parametrize("question", quiz_factory.EACH_KIND, ids=lambda question: question.kind)
def test_the_number_fields_of_a_choice_are_order_and_tolerance(client: Client, question: Plain) -> None:
    page = client.get(f"{QUESTIONS}add/?_card=1&kind={question.kind}").content.decode()
    typed = re.findall(r'<input type="number" name="choices-0-(\w+)"', page)
    assert set(typed) == {"order", "tolerance"}


def test_an_empty_row_with_a_number_is_no_answer(client: Client) -> None:
    data = question_data(replace(quiz_factory.ORDERING, topic="")) | {"choices-4-order": "5"}
    assert client.post(f"{QUESTIONS}add/", data).status_code == 302
    assert Question.objects.get().choices.count() == 4
