"""Writes of the bank: a question is saved with its parts, and counted, so that whoever is playing notices."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from awareness.publishing.services import save_record
from awareness.quizzes import mappers
from awareness.quizzes.kinds import schemas
from awareness.quizzes.kinds import schemas as plain_quiz
from awareness.quizzes.models import Question, QuestionChoice, QuestionSituation, Quiz
from awareness.quizzes.selectors import topics_by_slug
from clicksafely.common import search_registry as documents


def save_question(
    *, question: Question, actor: AbstractBaseUser, now: datetime, parts: Callable[[], object] | None = None
) -> None:
    """Save a question; `parts` saves what hangs on it. Quizzes that are being played ask it anew."""
    with transaction.atomic():
        question.changed_at = now
        if question.pk is not None:
            stored = Question.objects.select_for_update().get(pk=question.pk)
            question.revision = stored.revision + 1
        save_record(record=question, actor=actor, now=now, parts=parts or _nothing)
        # The search finds a quiz by what it asks.
        for quiz in Quiz.objects.filter(entries__question=question):
            documents.notify_changed(quiz)


def create_question(*, facts: schemas.Question, actor: AbstractBaseUser, now: datetime) -> Question:
    """A new question of the bank."""
    question = Question(**mappers.question_fields(facts, topics_by_slug([facts.topic])))

    def parts() -> None:
        QuestionChoice.objects.bulk_create(
            QuestionChoice(question=question, **fields) for fields in mappers.choice_fields(facts)
        )
        QuestionSituation.objects.bulk_create(
            QuestionSituation(question=question, **fields) for fields in mappers.situation_fields(facts)
        )

    save_question(question=question, actor=actor, now=now, parts=parts)
    return question


def rewrite_question(*, question: Question, facts: schemas.Question, actor: AbstractBaseUser, now: datetime) -> None:
    """Let a question say what `facts` say, which have as many answers and situations as it has; topics stay."""
    for name, value in mappers.question_fields(facts, {facts.topic: question.topic}).items():
        setattr(question, name, value)

    def parts() -> None:
        for kind, told in (("choices", mappers.choice_fields(facts)), ("situations", mappers.situation_fields(facts))):
            for row, fields in zip(getattr(question, kind).all(), told, strict=True):
                for name, value in fields.items():
                    if name != "order":
                        setattr(row, name, value)
                row.save()

    save_question(question=question, actor=actor, now=now, parts=parts)


def create_quiz(
    *,
    facts: plain_quiz.Quiz,
    actor: AbstractBaseUser,
    now: datetime,
    known: Mapping[schemas.Question, Question] | None = None,
) -> Quiz:
    """A quiz as a draft, and its questions as new ones of the bank, but for those that are `known` there. Raises IntegrityError where its address is taken."""
    with transaction.atomic():
        questions = [
            (known or {}).get(each) or create_question(facts=each, actor=actor, now=now) for each in facts.questions
        ]
        quiz = Quiz(**mappers.quiz_fields(facts))

        def parts() -> None:
            quiz.topics.set(topics_by_slug(facts.topics).values())
            for order, question in enumerate(questions, 1):
                quiz.entries.create(question=question, order=order)
            for closing in facts.closings:
                quiz.closings.create(from_percent=closing.from_percent, **mappers.both("text", closing.text))
            for order, step in enumerate(facts.next_steps, 1):
                quiz.next_steps.create(order=order, kind=step.kind, slug=step.slug)

        save_record(record=quiz, actor=actor, now=now, parts=parts)
    return quiz


def _nothing() -> None:
    """A question whose parts are saved already."""
