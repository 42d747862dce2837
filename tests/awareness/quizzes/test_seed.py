"""The seed quizzes: each played without JavaScript from start to result, and its stated minutes."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from django.test import Client

from awareness.publishing.next_steps import next_step_cards
from awareness.quizzes.content import KINDS, estimate_minutes, seed_quizzes
from awareness.quizzes.kinds.registry import score_answer
from awareness.quizzes.models import PlayCount, Question, Quiz
from awareness.quizzes.selectors import find_quiz, to_quiz_data
from clicksafely.common.content.files import Document
from tests.clients.quiz_answers import best
from tests.clients.quiz_player import SINCE, Player

QUIZZES = {quiz.slug: quiz for quiz in seed_quizzes(drafts=False)}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("slug", QUIZZES)
def test_each_can_be_played_to_its_end(slug: str) -> None:
    facts = QUIZZES[slug]
    row = find_quiz(slug)
    assert row is not None
    stored_quiz = to_quiz_data(row)
    # Topics have an order of their own.
    assert replace(stored_quiz, topics=facts.topics) == facts
    assert set(stored_quiz.topics) == set(facts.topics)
    answers = [best(question) for question in facts.questions]
    assert all(score_answer(*pair).credit in {1, None} for pair in zip(facts.questions, answers, strict=True))
    player = Player(Client(), slug, "sr")
    player.play(answers, facts.questions)
    assert player.status == 200
    assert facts.closing_at(100).sr in player.page.text
    assert PlayCount.objects.get(quiz=row).finished == 1


@pytest.mark.django_db
def test_topics_and_next_steps_exist() -> None:
    assert not Question.objects.filter(topic=None).exists()
    for slug, facts in QUIZZES.items():
        cards = next_step_cards(Quiz.objects.get(slug=slug).next_steps.all(), now=SINCE.replace(year=2027))
        assert len(cards) == len(facts.next_steps) >= 2, slug


def test_the_stated_minutes_are_those_of_five_scripted_plays() -> None:
    quizzes = seed_quizzes()
    assert {each.slug: each.minutes for each in quizzes} == {each.slug: estimate_minutes(each) for each in quizzes}


def test_the_content_check_names_wrong_minutes() -> None:
    path = Path(KINDS[0].files) / "01-law-and-help.json"
    data = yaml.safe_load(path.read_text("utf-8"))
    wrong = deepcopy(data) | {"minutes": data["minutes"] + 5}
    problems = list(KINDS[0].check(Document(path, wrong, yaml.MappingNode("map", []))))
    assert problems == [("minutes", f"{wrong['minutes']} stated, but five scripted plays take {data['minutes']}")]
