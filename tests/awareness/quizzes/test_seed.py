"""The seed quizzes, each played without JavaScript from start to result, and in a class."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from awareness.publishing.next_steps import next_step_cards
from awareness.quizzes.content import seed_quizzes
from awareness.quizzes.kinds.registry import score_answer
from awareness.quizzes.kinds.schemas import FULL_CREDIT
from awareness.quizzes.kinds.schemas import Quiz as PlainQuiz
from awareness.quizzes.models import PlayCount, Question, Quiz
from awareness.quizzes.selectors import find_quiz, to_quiz_data
from awareness.topics.models import Topic
from tests.clients.quiz_answers import best
from tests.clients.quiz_player import SINCE, Player

QUIZZES = {quiz.slug: quiz for quiz in seed_quizzes()}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("slug", QUIZZES)
def test_each_can_be_played_to_its_end(slug: str) -> None:
    facts = QUIZZES[slug]
    row = find_quiz(slug)
    assert row is not None
    kept = to_quiz_data(row)
    # Topics have an order of their own.
    assert replace(kept, topics=facts.topics) == facts
    assert set(kept.topics) == set(facts.topics)
    answers = [best(question) for question in facts.questions]
    assert all(score_answer(*pair).credit in {1, None} for pair in zip(facts.questions, answers, strict=True))
    player = Player(Client(), slug, "sr")
    player.play(answers, facts.questions)
    assert player.status == 200
    assert facts.closing_at(100).sr in player.page.text
    assert PlayCount.objects.get(quiz=row).finished == 1


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=lambda quiz: quiz.slug)
def test_each_is_written_with_care(quiz: PlainQuiz) -> None:
    assert len(quiz.questions) >= 8
    assert len({question.kind for question in quiz.questions}) >= 5
    assert quiz.closings[0].from_percent == 0
    for question in quiz.questions:
        assert question.source_title, question.name
        if question.kind in {
            "single",
            "true_false",
            "multiple",
            "clues",
            "scenario",
        }:
            assert all(choice.feedback.sr and choice.feedback.en for choice in question.choices), question.name
        if question.kind in {"multiple", "clues"}:
            assert sum((choice.weight for choice in question.choices if choice.weight > 0), Decimal(0)) == FULL_CREDIT


@pytest.mark.django_db
def test_together_they_cover_every_age_and_every_subject() -> None:
    assert {quiz.level for quiz in QUIZZES.values()} == {"7-10", "11-14", "15-18"}
    covered = {topic for quiz in QUIZZES.values() for topic in quiz.topics}
    required = {"csam", "cyberbullying", "phishing", "predators", "hate-speech", "netiquette", "personal-data"}
    assert covered >= required | {"privacy-settings", "social-networks"}
    assert covered <= set(Topic.objects.values_list("slug", flat=True))
    assert Question.objects.filter(topic=None).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("slug", QUIZZES)
def test_what_next_is_there(slug: str) -> None:
    quiz = Quiz.objects.get(slug=slug)
    assert (
        len(next_step_cards(quiz.next_steps.all(), now=SINCE.replace(year=2027))) == len(QUIZZES[slug].next_steps) >= 2
    )
