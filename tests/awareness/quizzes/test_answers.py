"""How answers are read and marked."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awareness.quizzes.enums import QuestionKind
from awareness.quizzes.kinds.answers import read_answer, read_number, score_answer, situation_after
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.kinds.validation import question_problems
from tests.awareness.quizzes import making


@pytest.mark.parametrize(
    ("question", "answer", "credit"),
    [
        (making.SINGLE, [1], 1),
        (making.SINGLE, [2], 0.5),
        (making.SINGLE, [0], 0),
        (making.TRUE_FALSE, [1], 1),
        (making.MULTIPLE, [0, 2], 1),
        (making.MULTIPLE, [0], 0.5),
        (making.MULTIPLE, [0, 1], 0),
        (making.MULTIPLE, [0, 1, 2], 0.5),
        (making.MULTIPLE, [0, 1, 2, 3], 0),
        (making.ORDERING, [0, 1, 2, 3], 1),
        (making.ORDERING, [1, 2, 3, 0], pytest.approx(2 / 3)),
        (making.ORDERING, [3, 2, 1, 0], 0),
        (making.MATCHING, [0, 1, 2], 1),
        (making.MATCHING, [0, 2, 1], pytest.approx(1 / 3)),
        (making.SORTING, [0, 1, 0, 2], 1),
        (making.SORTING, [0, 1, 0, 0], 0.75),
        (making.CLUES, [1, 2], 1),
        (making.CLUES, [1], 0.5),
        (making.SCENARIO, [1], 1),
        (making.SCENARIO, [0, 3], 0.5),
        (making.SCENARIO, [0, 2], 0),
        (making.POLL, [2], None),
        (making.SHORT, "ЛОЗИНКА (ср)", 1),
        (making.SHORT, "lozinka (sr)", 1),
        (making.SHORT, "Шифрарник (en)", 0.5),
        (making.SHORT, "кључ", 0),
        (making.NUMERIC, "15,5", 1),
        (making.NUMERIC, "14", 0.25),
        (making.NUMERIC, "15.6", 0),
    ],
)
def test_credit(question: Question, answer: Any, credit: float | None) -> None:
    read = read_answer(question, answer)
    assert read is not None
    assert score_answer(question, read).credit == credit


def test_thirds_make_a_whole() -> None:
    third = Decimal("33.33333")
    question = making.question(
        QuestionKind.MULTIPLE, *(making.choice(text, int(third)) for text in "абв"), making.choice("г")
    )
    assert score_answer(question, (0, 1, 2)).credit == 1
    assert score_answer(question, (0, 1, 2)).right


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (making.SINGLE, []),
        (making.SINGLE, [3]),
        (making.SINGLE, [-1]),
        (making.SINGLE, [0, 1]),
        (making.SINGLE, ["0"]),
        (making.SINGLE, [True]),
        (making.SINGLE, "0"),
        (making.SINGLE, None),
        (making.MULTIPLE, []),
        (making.MULTIPLE, [0, 0]),
        (making.MULTIPLE, [9]),
        (making.ORDERING, [0, 1, 2]),
        (making.ORDERING, [0, 1, 2, 2]),
        (making.MATCHING, [0, 1]),
        (making.MATCHING, [0, 1, 3]),
        (making.SCENARIO, [0]),
        (making.SCENARIO, [2]),
        (making.SCENARIO, [1, 1]),
        (making.SCENARIO, []),
        (making.SHORT, "  "),
        (making.SHORT, [1]),
        (making.NUMERIC, "петнаест"),
        (making.NUMERIC, "1e9"),
    ],
)
def test_what_is_no_answer(question: Question, answer: Any) -> None:
    assert read_answer(question, answer) is None


@given(
    question=st.sampled_from(making.EACH_KIND),
    given_answer=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(), st.lists, max_leaves=6
    ),
)
def test_whatever_is_sent_is_marked_or_refused(question: Question, given_answer: Any) -> None:
    answer = read_answer(question, given_answer)
    if answer is not None:
        credit = score_answer(question, answer).credit
        assert credit is None or 0 <= credit <= 1


def test_only_one_order_is_whole() -> None:
    credits_ = [score_answer(making.ORDERING, order).credit for order in permutations(range(4))]
    assert credits_.count(1) == 1


def test_a_scenario_leads_from_one_situation_to_the_next() -> None:
    assert situation_after(making.SCENARIO, []) == 0
    assert situation_after(making.SCENARIO, [0]) == 1
    assert situation_after(making.SCENARIO, [0, 2]) is None


@pytest.mark.parametrize(
    ("text", "number"), [("14", 14), (" 0,5 ", 0.5), ("-3.25", -3.25), ("", None), ("1/2", None), ("٣", 3)]
)
def test_numbers(text: str, number: float | None) -> None:
    assert read_number(text) == (None if number is None else Decimal(str(number)))


@pytest.mark.parametrize("question", making.EACH_KIND, ids=lambda question: question.kind)
def test_questions_of_the_tests_are_whole(question: Question) -> None:
    assert question_problems(question) == []
