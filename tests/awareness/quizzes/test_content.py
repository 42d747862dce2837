"""Stated minutes of the seed quizzes, and the content check that compares them."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from awareness.publishing.audiences import QuizLevel
from awareness.quizzes.content import KINDS, estimate_minutes, seed_quizzes
from awareness.quizzes.kinds.schemas import BilingualText, Quiz
from clicksafely.common.content.files import Document
from tests.factories import quizzes as quiz_factory

LONG = BilingualText("реч " * 300, "word " * 300)


@pytest.mark.parametrize("quiz", seed_quizzes(), ids=lambda quiz: quiz.slug)
def test_the_stated_minutes_are_those_of_five_scripted_plays(quiz: Quiz) -> None:
    assert quiz.minutes == estimate_minutes(quiz)


@pytest.mark.parametrize("question", quiz_factory.EACH_KIND, ids=lambda question: question.kind)
def test_longer_texts_and_younger_readers_take_longer(question: object) -> None:
    short = replace(quiz_factory.QUIZ, questions=(question,))
    long = replace(quiz_factory.QUIZ, questions=(replace(question, text=LONG),))  # type: ignore[type-var]
    assert estimate_minutes(long) > estimate_minutes(short)
    times = [estimate_minutes(replace(long, level=level)) for level in QuizLevel.values]
    assert times[0] > times[1] >= times[2] >= times[3] == times[4]


def test_the_content_check_names_wrong_minutes() -> None:
    path = Path(KINDS[0].files) / "01-law-and-help.json"
    data = yaml.safe_load(path.read_text("utf-8"))
    wrong = deepcopy(data) | {"minutes": data["minutes"] + 5}
    problems = list(KINDS[0].check(Document(path, wrong, yaml.MappingNode("map", []))))
    assert problems == [("minutes", f"{wrong['minutes']} stated, but five scripted plays take {data['minutes']}")]
