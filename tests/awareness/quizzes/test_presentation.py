"""Presentation of questions, posted answers and feedback: every kind, without JavaScript."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from awareness.quizzes.feedback import AnswerFeedback, answer_feedback
from awareness.quizzes.kinds.base import Answer, PostedAnswer
from awareness.quizzes.kinds.registry import kind_of, read_answer, score_answer
from awareness.quizzes.kinds.schemas import BilingualText, Choice, Question
from awareness.quizzes.labels import ChoiceOutcome, Verdict
from awareness.quizzes.presentation import (
    PresentedQuestion,
    present_question,
    read_posted_answer,
)
from tests.clients.page_reader import PageReader
from tests.clients.quiz_answers import RIGHT, WRONG, fields_of, filled
from tests.factories import quizzes as quiz_factory

PARTLY: dict[str, Answer] = {
    "single": (2,),
    "multiple": (0,),
    "ordering": (0, 2, 3, 1),
    "matching": (0, 2, 1),
    "sorting": (0, 1, 0, 0),
    "clues": (1,),
    "scenario": (0, 3),
    "short": "шифрарник (ср)",
    "numeric": "14",
}
every_kind = pytest.mark.parametrize("question", quiz_factory.EACH_KIND, ids=lambda question: question.kind)


def render(question: PresentedQuestion, language: str = "en") -> PageReader:
    with translation.override(language):
        return PageReader(render_to_string(question.template, {"question": question}))


def send(question: Question, answer: Answer) -> PostedAnswer:
    """Submit the form like a browser until the question is complete."""
    posted = read_posted_answer(question, QueryDict())
    for fields in filled(question, answer):
        page = render(present_question(question, language="en", seed="x", posted=posted))
        names = fields_of(page)
        for name, values in fields.lists():
            for value in values:
                assert names[name] is None or value in names[name], f"{name}={value} cannot be chosen"
        posted = read_posted_answer(question, fields)
    return posted


@every_kind
def test_a_submitted_answer_is_read_and_marked(question: Question) -> None:
    cases = [
        (answers[question.kind], verdict)
        for answers, verdict in ((RIGHT, Verdict.RIGHT), (PARTLY, Verdict.PARTLY), (WRONG, Verdict.WRONG))
        if question.kind in answers
    ]
    assert len(cases) >= (2 if kind_of(question).is_scored else 1)
    for answer, verdict in cases:
        posted = send(question, answer)
        assert posted.answer == read_answer(question, answer)
        assert posted.answer is not None
        marked = score_answer(question, posted.answer)
        feedback = answer_feedback(question, posted.answer, marked, language="sr", seed="x")
        assert feedback.verdict == (verdict if kind_of(question).is_scored else Verdict.OPINION)
        page = PageReader(render_to_string("public/quizzes/_feedback.html", {"feedback": feedback}))
        assert "Зато (ср)" in page.text
        assert "https://example.org/" in [link["href"] for link in page.all("a")]


@every_kind
def test_an_empty_answer_is_an_error_at_the_question(question: Question) -> None:
    posted = read_posted_answer(question, QueryDict())
    assert (posted.answer, bool(posted.problem)) == (None, True)
    page = render(present_question(question, language="en", seed="x", posted=posted))
    with translation.override("en"):
        assert str(posted.problem) in page.text
    described = [
        attributes for _tag, attributes in page.elements if attributes.get("aria-describedby") == "question-error"
    ]
    assert len(described) == 1
    assert "question-error" in page.ids()


@every_kind
def test_a_question_shows_every_text_and_gives_nothing_away(question: Question) -> None:
    page = render(present_question(question, language="en", seed="x"))
    shown_choices = (
        [question.choices[place] for place in question.choices_at(0)]
        if question.kind == "scenario"
        else [] if kind_of(question).is_written else list(question.choices)
    )  # fmt: skip
    for choice in shown_choices:
        assert choice.text.en in page.text
    for choice in question.choices:
        assert choice.feedback.en not in page.text or not choice.feedback
        assert all(
            str(choice.weight) not in values
            for _tag, attributes in page.elements
            for values in attributes.values()
            if choice.weight
        )
    assert len(page.ids()) == len(set(page.ids()))


def test_an_incomplete_answer_stays_in_the_form() -> None:
    half = QueryDict("put-0=2&put-1=2&put-2=4")
    posted = read_posted_answer(quiz_factory.ORDERING, half)
    assert posted.answer is None
    page = render(present_question(quiz_factory.ORDERING, language="sr", seed="x", posted=posted))
    assert sorted(option["value"] for option in page.all("option") if "selected" in option) == ["2", "2", "4"]
    posted = read_posted_answer(quiz_factory.NUMERIC, QueryDict("answer=много"))
    page = render(present_question(quiz_factory.NUMERIC, language="sr", seed="x", posted=posted))
    assert page.all("input")[0]["value"] == "много"


def test_the_order_comes_from_the_seed_alone() -> None:
    orders = {tuple(kind_of(quiz_factory.SINGLE).order(quiz_factory.SINGLE, str(seed))) for seed in range(40)}
    assert len(orders) == 6
    assert kind_of(quiz_factory.SINGLE).order(quiz_factory.SINGLE, "a") == kind_of(quiz_factory.SINGLE).order(
        quiz_factory.SINGLE, "a"
    )
    fixed = replace(quiz_factory.SINGLE, shuffle=False)
    assert {tuple(kind_of(fixed).order(fixed, str(seed))) for seed in range(9)} == {(0, 1, 2)}
    for ordered_question in (quiz_factory.TRUE_FALSE, quiz_factory.CLUES):
        assert kind_of(ordered_question).order(ordered_question, "a") == list(range(len(ordered_question.choices)))


def test_items_to_order_are_never_in_the_right_order() -> None:
    two = replace(quiz_factory.ORDERING, choices=quiz_factory.ORDERING.choices[:2], shuffle=False)
    assert {tuple(kind_of(two).order(two, str(seed))) for seed in range(30)} == {(1, 0)}
    orders = [kind_of(quiz_factory.ORDERING).order(quiz_factory.ORDERING, str(seed)) for seed in range(200)]
    assert [0, 1, 2, 3] not in orders


def test_a_scenario_continues_and_shows_its_path() -> None:
    posted = read_posted_answer(quiz_factory.SCENARIO, QueryDict("answer=0"))
    assert (posted.answer, posted.way, posted.problem) == (None, (0,), "")
    page = render(present_question(quiz_factory.SCENARIO, language="sr", seed="x", posted=posted), "sr")
    assert "Одговори (ср)" in page.text
    assert "Тражи слику (ср)" in page.text
    assert [field["value"] for field in page.all("input", name="way")] == ["0"]
    assert [field["value"] for field in page.all("input", type="radio")] == ["2", "3"]
    assert read_posted_answer(quiz_factory.SCENARIO, QueryDict("way=0&answer=3")).answer == (0, 3)


@pytest.mark.parametrize("query", ["way=2&answer=3", "way=1&answer=0", "way=99&answer=0", "way=0&answer=1", "way=x"])
def test_an_invalid_path_is_no_answer(query: str) -> None:
    posted = read_posted_answer(quiz_factory.SCENARIO, QueryDict(query))
    assert posted.answer is None
    present_question(quiz_factory.SCENARIO, language="sr", seed="x", posted=posted)


def test_a_cycle_ends() -> None:
    round_ = Question(
        kind="scenario",
        name="r",
        text=BilingualText("а"),
        choices=(
            Choice(text=BilingualText("опет"), leads_to=0),
            Choice(text=BilingualText("крај"), weight=Decimal(100)),
        ),
    )
    way = QueryDict("&".join(["way=0"] * 50 + ["answer=1"]))
    assert read_posted_answer(round_, way).way == ()
    view = present_question(round_, language="sr", seed="x", way=(0, 0))
    assert [step.situation for step in view.steps] == ["а", "а"]


@pytest.mark.parametrize("value", ["7", "-1", "٣", "1e1", "", "9" * 500])
def test_an_invalid_choice_is_no_answer(value: str) -> None:
    for question in (quiz_factory.SINGLE, quiz_factory.MULTIPLE, quiz_factory.SCENARIO):
        assert read_posted_answer(question, QueryDict(f"answer={value}")).answer is None


@given(
    quiz_factory.QUESTIONS,
    st.dictionaries(
        st.sampled_from(["answer", "way", "put-0", "put-1", "put-2"]),
        st.lists(st.text(max_size=4) | st.integers(-2, 9).map(str), max_size=5),
    ),
)
def test_anything_is_read_and_answered(question: Question, fields: dict[str, list[str]]) -> None:
    post = QueryDict(mutable=True)
    for name, values in fields.items():
        post.setlist(name, values)
    posted = read_posted_answer(question, post)
    view = present_question(question, language="en", seed="x", posted=posted)
    assert {choice.place for choice in view.choices} <= set(range(len(question.choices)))
    if posted.answer is None:
        assert posted.problem or question.kind == "scenario"
        answer_feedback(question, None, None, language="sr", seed="x")
    else:
        assert read_answer(question, posted.answer) == posted.answer
        answer_feedback(question, posted.answer, score_answer(question, posted.answer), language="en", seed="x")


def feedback_on(question: Question, answer: Answer | None, language: str = "sr") -> AnswerFeedback:
    marked = None if answer is None else score_answer(question, answer)
    return answer_feedback(question, answer, marked, language=language, seed="x")


def parts(question: Question, answer: Answer | None) -> list[tuple[str, ChoiceOutcome, str]]:
    feedback = feedback_on(question, answer)
    return sorted(
        (choice.text.removesuffix(" (ср)"), choice.part, choice.note.removesuffix(" (ср)"))
        for choice in feedback.choices
    )


def test_each_choice_has_its_own_feedback() -> None:
    assert parts(quiz_factory.MULTIPLE, (1, 2)) == [
        ("а", ChoiceOutcome.MISSED, "а је требало"),
        ("б", ChoiceOutcome.WRONG, "на б"),
        ("в", ChoiceOutcome.RIGHT, "на в"),
    ]
    # A partly right choice is not shown as missed.
    assert parts(quiz_factory.SINGLE, (0,)) == [("а", ChoiceOutcome.WRONG, "на а"), ("б", ChoiceOutcome.MISSED, "на б")]
    assert parts(quiz_factory.SINGLE, (2,)) == [
        ("б", ChoiceOutcome.MISSED, "на б"),
        ("в", ChoiceOutcome.CHOSEN, "на в"),
    ]
    assert parts(quiz_factory.POLL, (2,)) == [("не знам", ChoiceOutcome.CHOSEN, "на не знам")]
    assert parts(quiz_factory.SINGLE, None) == [("б", ChoiceOutcome.MISSED, "на б")]


def test_a_bad_ending_mentions_a_better_path() -> None:
    for way, better in (((1,), False), ((0, 3), True), ((0, 2), True)):
        feedback = feedback_on(quiz_factory.SCENARIO, way, "en")
        with translation.override("en"):
            page = PageReader(render_to_string("public/quizzes/_feedback.html", {"feedback": feedback}))
        assert ("Another path has a better ending" in page.text) == better
        assert [step.text for step in feedback.steps] == [quiz_factory.SCENARIO.choices[place].text.en for place in way]


def test_a_misplaced_item_gets_its_right_place() -> None:
    said = feedback_on(quiz_factory.ORDERING, (1, 0, 2, 3))
    assert [(choice.right_place, choice.own_place, choice.part) for choice in said.choices] == [
        ("1", "2", ChoiceOutcome.WRONG),
        ("2", "1", ChoiceOutcome.WRONG),
        ("3", "", ChoiceOutcome.RIGHT),
        ("4", "", ChoiceOutcome.RIGHT),
    ]
    said = feedback_on(quiz_factory.MATCHING, (1, 0, 2))
    places = {choice.text: (choice.own_place, choice.right_place) for choice in said.choices}
    assert places["пас (ср)"] == ("мјауче (ср)", "лаје (ср)")
    assert places["јеж (ср)"] == ("", "шушка (ср)")


def test_a_written_answer_gets_the_accepted_answers() -> None:
    feedback = feedback_on(quiz_factory.SHORT, "не знам")
    assert (feedback.accepted, feedback.note) == (("лозинка (ср)",), "")
    feedback = feedback_on(quiz_factory.SHORT, "LOZINKA (sr)")
    assert (feedback.accepted, feedback.note) == ((), "на лозинка (ср)")
    with translation.override("en"):
        feedback = feedback_on(quiz_factory.NUMERIC, "3", "en")
    assert feedback.accepted == ("15 (give or take 0.5)",)
