"""Validation and scoring of answers."""

from decimal import Decimal
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awareness.quizzes.feedback import score_verdict
from awareness.quizzes.kinds.numeric import read_number
from awareness.quizzes.kinds.registry import read_answer, score_answer
from awareness.quizzes.kinds.scenario import situation_after
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.kinds.validation import question_problems
from awareness.quizzes.labels import Verdict
from tests.factories import quizzes as quiz_factory


@pytest.mark.parametrize(
    ("question", "answer", "credit"),
    [
        (quiz_factory.SINGLE, [1], 1),
        (quiz_factory.SINGLE, [2], 0.5),
        (quiz_factory.SINGLE, [0], 0),
        (quiz_factory.TRUE_FALSE, [1], 1),
        (quiz_factory.MULTIPLE, [0, 2], 1),
        (quiz_factory.MULTIPLE, [0], 0.5),
        (quiz_factory.MULTIPLE, [0, 1], 0),
        (quiz_factory.MULTIPLE, [0, 1, 2], 0.5),
        (quiz_factory.MULTIPLE, [0, 1, 2, 3], 0),
        (quiz_factory.ORDERING, [0, 1, 2, 3], 1),
        (quiz_factory.ORDERING, [0, 2, 3, 1], pytest.approx(2 / 3)),
        (quiz_factory.ORDERING, [1, 2, 3, 0], 0),
        (quiz_factory.ORDERING, [3, 2, 1, 0], 0),
        (quiz_factory.MATCHING, [0, 1, 2], 1),
        (quiz_factory.MATCHING, [0, 2, 1], pytest.approx(1 / 3)),
        (quiz_factory.SORTING, [0, 1, 0, 2], 1),
        (quiz_factory.SORTING, [0, 1, 0, 0], 0.75),
        (quiz_factory.CLUES, [1, 2], 1),
        (quiz_factory.CLUES, [1], 0.5),
        (quiz_factory.SCENARIO, [1], 1),
        (quiz_factory.SCENARIO, [0, 3], 0.5),
        (quiz_factory.SCENARIO, [0, 2], 0),
        (quiz_factory.POLL, [2], None),
        (quiz_factory.SHORT, "ЛОЗИНКА (ср)", 1),
        (quiz_factory.SHORT, "lozinka (sr)", 1),
        (quiz_factory.SHORT, "Шифрарник (en)", 0.5),
        (quiz_factory.SHORT, "кључ", 0),
        (quiz_factory.NUMERIC, "15,5", 1),
        (quiz_factory.NUMERIC, "14", 0.25),
        (quiz_factory.NUMERIC, "15.6", 0),
    ],
)
def test_credit(question: Question, answer: Any, credit: float | None) -> None:
    value = read_answer(question, answer)
    assert value is not None
    assert score_answer(question, value).credit == credit


def test_thirds_make_a_whole() -> None:
    third = Decimal("33.33333")
    question = quiz_factory.question(
        "multiple", *(quiz_factory.choice(text, int(third)) for text in "абв"), quiz_factory.choice("г")
    )
    assert score_answer(question, (0, 1, 2)).credit == 1
    assert score_answer(question, (0, 1, 2)).right


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (quiz_factory.SINGLE, []),
        (quiz_factory.SINGLE, [3]),
        (quiz_factory.SINGLE, [-1]),
        (quiz_factory.SINGLE, [0, 1]),
        (quiz_factory.SINGLE, ["0"]),
        (quiz_factory.SINGLE, [True]),
        (quiz_factory.SINGLE, "0"),
        (quiz_factory.SINGLE, None),
        (quiz_factory.MULTIPLE, []),
        (quiz_factory.MULTIPLE, [0, 0]),
        (quiz_factory.MULTIPLE, [9]),
        (quiz_factory.ORDERING, [0, 1, 2]),
        (quiz_factory.ORDERING, [0, 1, 2, 2]),
        (quiz_factory.MATCHING, [0, 1]),
        (quiz_factory.MATCHING, [0, 1, 3]),
        (quiz_factory.SCENARIO, [0]),
        (quiz_factory.SCENARIO, [2]),
        (quiz_factory.SCENARIO, [1, 1]),
        (quiz_factory.SCENARIO, []),
        (quiz_factory.SHORT, "  "),
        (quiz_factory.SHORT, [1]),
        (quiz_factory.NUMERIC, "петнаест"),
        (quiz_factory.NUMERIC, "1e9"),
    ],
)
def test_invalid_answers(question: Question, answer: Any) -> None:
    assert read_answer(question, answer) is None


@given(
    question=st.sampled_from(quiz_factory.EACH_KIND),
    given_answer=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(), st.lists, max_leaves=6
    ),
)
def test_any_input_is_marked_or_refused(question: Question, given_answer: Any) -> None:
    answer = read_answer(question, given_answer)
    if answer is not None:
        credit = score_answer(question, answer).credit
        assert credit is None or 0 <= credit <= 1


def test_only_one_order_is_whole() -> None:
    credits_ = [score_answer(quiz_factory.ORDERING, order).credit for order in permutations(range(4))]
    assert credits_.count(1) == 1


@pytest.mark.parametrize("question", [quiz_factory.ORDERING, quiz_factory.MATCHING, quiz_factory.SORTING])
def test_an_answer_with_every_choice_in_a_wrong_place_is_wrong(question: Question) -> None:
    places = range(len(question.choices))
    answers = (
        permutations(places)
        if question.kind == "ordering"
        else product(range(len(question.groups)), repeat=len(places))
    )
    wrong = [mark for each in answers if not any((mark := score_answer(question, each)).chosen)]
    assert wrong
    assert {score_verdict(mark) for mark in wrong} == {Verdict.WRONG}


def test_a_scenario_leads_from_one_situation_to_the_next() -> None:
    assert situation_after(quiz_factory.SCENARIO, []) == 0
    assert situation_after(quiz_factory.SCENARIO, [0]) == 1
    assert situation_after(quiz_factory.SCENARIO, [0, 2]) is None


@pytest.mark.parametrize(
    ("text", "number"), [("14", 14), (" 0,5 ", 0.5), ("-3.25", -3.25), ("", None), ("1/2", None), ("٣", 3)]
)
def test_numbers(text: str, number: float | None) -> None:
    assert read_number(text) == (None if number is None else Decimal(str(number)))


@pytest.mark.parametrize("question", quiz_factory.EACH_KIND, ids=lambda question: question.kind)
def test_questions_of_the_tests_are_whole(question: Question) -> None:
    assert question_problems(question) == []
