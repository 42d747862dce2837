"""Validation and scoring of answers."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from awareness.quizzes.kinds.numeric import read_number
from awareness.quizzes.kinds.registry import read_answer, score_answer
from awareness.quizzes.kinds.schemas import EMPTY_TEXT, BilingualText, Question
from awareness.quizzes.kinds.validation import question_problems
from tests.factories import quizzes as quiz_factory


@pytest.mark.parametrize(
    ("question", "answer", "credit"),
    [
        (quiz_factory.SINGLE, [1], 1),
        (quiz_factory.SINGLE, [2], 0.5),
        (quiz_factory.SINGLE, [0], 0),
        (quiz_factory.MULTIPLE, [0, 2], 1),
        (quiz_factory.MULTIPLE, [0], 0.5),
        (quiz_factory.MULTIPLE, [0, 1, 2], 0.5),
        (quiz_factory.ORDERING, [0, 1, 2, 3], 1),
        (quiz_factory.ORDERING, [0, 2, 3, 1], pytest.approx(2 / 3)),
        (quiz_factory.ORDERING, [3, 2, 1, 0], 0),
        (quiz_factory.MATCHING, [0, 1, 2], 1),
        (quiz_factory.MATCHING, [0, 2, 1], pytest.approx(1 / 3)),
        (quiz_factory.SORTING, [0, 1, 0, 2], 1),
        (quiz_factory.SORTING, [0, 1, 0, 0], 0.75),
        (quiz_factory.CLUES, [1, 2], 1),
        (quiz_factory.CLUES, [1], 0.5),
        (quiz_factory.SCENARIO, [1], 1),
        (quiz_factory.SCENARIO, [0, 3], 0.5),
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
        (quiz_factory.MULTIPLE, [0, 0]),
        (quiz_factory.ORDERING, [0, 1, 2]),
        (quiz_factory.ORDERING, [0, 1, 2, 2]),
        (quiz_factory.MATCHING, [0, 1, 3]),
        (quiz_factory.SCENARIO, [0]),
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


@pytest.mark.parametrize(
    ("text", "number"), [("14", 14), (" 0,5 ", 0.5), ("-3.25", -3.25), ("", None), ("1/2", None), ("٣", 3)]
)
def test_numbers(text: str, number: float | None) -> None:
    assert read_number(text) == (None if number is None else Decimal(str(number)))


def changed(question: Question, place: int, **facts: Any) -> Question:
    """Return the question with a changed choice."""
    choices = [replace(each, **facts) if number == place else each for number, each in enumerate(question.choices)]
    return replace(question, choices=tuple(choices))


@pytest.mark.parametrize(
    "question",
    [
        replace(quiz_factory.SINGLE, name=" "),
        replace(quiz_factory.SINGLE, text=BilingualText("", "т" * 1001)),
        replace(quiz_factory.SINGLE, explanation=BilingualText("т" * 2001)),
        replace(quiz_factory.SINGLE, difficulty=4),
        replace(quiz_factory.SINGLE, choices=quiz_factory.SINGLE.choices[1:2]),
        changed(quiz_factory.SINGLE, 0, text=EMPTY_TEXT),
        changed(quiz_factory.SINGLE, 0, weight=Decimal(-10)),
        changed(quiz_factory.SINGLE, 1, weight=Decimal(50)),
        changed(quiz_factory.TRUE_FALSE, 0, weight=Decimal(100)),
        changed(quiz_factory.MULTIPLE, 0, weight=Decimal(60)),
        changed(changed(quiz_factory.MULTIPLE, 0, weight=Decimal(0)), 2, weight=Decimal(0)),
        changed(quiz_factory.MATCHING, 1, match=EMPTY_TEXT),
        replace(quiz_factory.CLUES, frame=""),
        changed(quiz_factory.CLUES, 2, role=""),
        changed(quiz_factory.SCENARIO, 0, leads_to=9),
        changed(quiz_factory.NUMERIC, 1, text=BilingualText("петнаест", "15")),
        changed(quiz_factory.NUMERIC, 0, tolerance=Decimal(-1)),
        changed(quiz_factory.SHORT, 0, weight=Decimal(50)),
    ],
)
def test_each_problem_of_a_question_is_found(question: Question) -> None:
    assert len(question_problems(question)) == 1
