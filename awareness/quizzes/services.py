"""Commands on questions and quizzes. Each change of a question increases its revision."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from awareness.publishing.services import save_record
from awareness.quizzes import mappers
from awareness.quizzes.kinds import schemas
from awareness.quizzes.models import Question, QuestionChoice, QuestionSituation, Quiz
from awareness.quizzes.selectors import topics_by_slug
from clicksafely.common import search_registry as documents


def save_question(
    *, question: Question, actor: AbstractBaseUser, now: datetime, parts: Callable[[], object] | None = None
) -> None:
    """Save a question; `parts` saves its choices and situations. Attempts in progress ask a changed question again."""
    with transaction.atomic():
        question.changed_at = now
        if question.pk is not None:
            stored = Question.objects.select_for_update().get(pk=question.pk)
            question.revision = stored.revision + 1
        save_record(record=question, actor=actor, now=now, parts=parts or _nothing)
        # The search index contains the question texts.
        for quiz in Quiz.objects.filter(entries__question=question):
            documents.notify_changed(quiz)


def create_question(*, facts: schemas.Question, actor: AbstractBaseUser, now: datetime) -> Question:
    """Create a question in the bank."""
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
    """Overwrite a question and its parts, except its topic.

    `facts` must have the same number of choices and situations.
    """
    for name, value in mappers.question_fields(facts, {facts.topic: question.topic}).items():
        setattr(question, name, value)

    def parts() -> None:
        for kind, part_fields in (
            ("choices", mappers.choice_fields(facts)),
            ("situations", mappers.situation_fields(facts)),
        ):
            for row, fields in zip(getattr(question, kind).all(), part_fields, strict=True):
                for name, value in fields.items():
                    if name != "order":
                        setattr(row, name, value)
                row.save()

    save_question(question=question, actor=actor, now=now, parts=parts)


def create_quiz(
    *,
    facts: schemas.Quiz,
    actor: AbstractBaseUser,
    now: datetime,
    existing_questions: Mapping[schemas.Question, Question] | None = None,
) -> Quiz:
    """Create a draft quiz and its questions.

    `existing_questions` maps questions to existing rows to reuse. Raises IntegrityError if the slug is taken.
    """
    with transaction.atomic():
        questions = [
            (existing_questions or {}).get(each) or create_question(facts=each, actor=actor, now=now)
            for each in facts.questions
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
    """Do nothing: the parts are saved already."""
