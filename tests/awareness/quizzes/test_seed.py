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


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=lambda quiz: quiz.slug)
def test_the_weights_of_right_answers_add_up(quiz: PlainQuiz) -> None:
    assert quiz.closings[0].from_percent == 0
    for question in quiz.questions:
        if question.kind in {"multiple", "clues"}:
            assert sum((choice.weight for choice in question.choices if choice.weight > 0), Decimal(0)) == FULL_CREDIT


@pytest.mark.django_db
def test_their_topics_are_there() -> None:
    covered = {topic for quiz in seed_quizzes() for topic in quiz.topics}
    assert covered <= set(Topic.objects.values_list("slug", flat=True))
    assert Question.objects.filter(topic=None).count() == 0


@pytest.mark.django_db
def test_a_draft_is_loaded_unpublished(client: Client) -> None:
    drafts = [quiz for quiz in seed_quizzes() if quiz.slug not in QUIZZES]
    assert drafts
    for facts in drafts:
        quiz = Quiz.objects.get(slug=facts.slug)
        assert (quiz.published_at, quiz.needs_approval) == (None, True)
        assert quiz.publication_faults().keys() == {"needs_approval"}
        assert client.get(f"/en/quizzes/{facts.slug}/").status_code == 404
    assert not Quiz.objects.filter(slug__in=QUIZZES, needs_approval=True).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("slug", QUIZZES)
def test_next_steps_exist(slug: str) -> None:
    quiz = Quiz.objects.get(slug=slug)
    assert (
        len(next_step_cards(quiz.next_steps.all(), now=SINCE.replace(year=2027))) == len(QUIZZES[slug].next_steps) >= 2
    )
