"""JSON format: round trips, and reported errors."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from awareness.quizzes.content import seed_quizzes
from awareness.quizzes.import_export.json_format import FormatProblem, read_file, write_questions, write_quiz
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.kinds.validation import question_problems
from tests.factories import quizzes as quiz_factory


@given(quiz_factory.QUESTIONS)
def test_any_question_comes_back_as_it_was(question: Question) -> None:
    assert read_file(write_questions([question])) == (question,)


def test_a_quiz_comes_back_as_it_was() -> None:
    assert read_file(write_quiz(quiz_factory.QUIZ)) == quiz_factory.QUIZ


def altered_json(change: dict[str, Any], **of_question: Any) -> str:
    data = json.loads(write_quiz(replace(quiz_factory.QUIZ, questions=quiz_factory.QUIZ.questions[:1])))
    data |= change
    if of_question:
        data["questions"][0] |= of_question
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", ""),
        ("[]", ""),
        ("null", ""),
        ("[" * 100_000, ""),
        (altered_json({"version": 2}), "version"),
        (altered_json({"format": "other"}), "format"),
        (altered_json({"title": "Наслов"}), "title"),
        (altered_json({"title": {"sr": "", "en": ""}}), "title"),
        (altered_json({"title": {"de": "Titel"}}), "title"),
        (altered_json({"minutes": "6"}), "minutes"),
        (altered_json({"minutes": True}), "minutes"),
        (altered_json({"colour": 1}), ""),
        (altered_json({"topics": [1]}), "topics[0]"),
        (altered_json({"questions": {}}), "questions"),
        (altered_json({"questions": ["x"]}), "questions[0]"),
        (altered_json({}, kind="cloze"), "questions[0].kind"),
        (altered_json({}, shuffle=1), "questions[0].shuffle"),
        (altered_json({}, choices=[{"text": {"sr": "а"}, "weight": "Infinity"}]), "questions[0].choices[0].weight"),
        (altered_json({}, choices=[{"text": {"sr": "а\x00"}}]), "questions[0].choices[0].text.sr"),
    ],
)
def test_a_problem_is_named_with_its_place(text: str, where: str) -> None:
    with pytest.raises(FormatProblem) as caught:
        read_file(text)
    assert caught.value.where == where
    assert caught.value.what


def test_seed_quizzes_are_whole_and_in_both_languages() -> None:
    for quiz in seed_quizzes():
        assert [(quiz.slug, problem) for question in quiz.questions for problem in question_problems(question)] == []
        for question in quiz.questions:
            for words in (question.text, question.explanation, *(choice.text for choice in question.choices)):
                assert words.sr
                assert words.en
            assert question.source_title
