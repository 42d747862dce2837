"""Queries for quizzes and questions, and conversion to plain data."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from awareness.publishing.related_content import Card, card_of
from awareness.quizzes.kinds import schemas
from awareness.quizzes.models import Question, QuestionChoice, QuestionSituation, Quiz, QuizEntry
from awareness.topics.models import Topic
from clicksafely.common.page_cache.list_cache import RecordCache

_PARTS = (
    Prefetch("choices", QuestionChoice.objects.order_by("order", "id")),
    Prefetch("situations", QuestionSituation.objects.order_by("number")),
    "topic",
)


def visible_quizzes(now: datetime) -> "QuerySet[Quiz]":
    """Return visible quizzes, newest first, with `pictured_topic` and `questions_count`."""
    return with_pictured_topic(Quiz.objects.visible(now)).annotate(questions_count=Count("entries"))


def with_pictured_topic(quizzes: "QuerySet[Quiz]") -> "QuerySet[Quiz]":
    """Add `pictured_topic`, the slug of the topic for the card's picture.

    It is the most frequent topic of the questions, otherwise the first topic of the quiz, or None.
    """
    entries = QuizEntry.objects.filter(quiz=OuterRef("pk"), question__topic__isnull=False).values(
        "question__topic__slug"
    )
    most = entries.annotate(number=Count("pk")).order_by("-number", "question__topic__slug")
    first = Topic.objects.filter(quizzes=OuterRef("pk"))
    return quizzes.annotate(
        pictured_topic=Coalesce(Subquery(most.values("question__topic__slug")[:1]), Subquery(first.values("slug")[:1]))
    )


def listed_quizzes(now: datetime, *, topic: str, level: str) -> "QuerySet[Quiz]":
    """Return visible quizzes, filtered by the slug of a topic and by level if given."""
    quizzes = visible_quizzes(now)
    if topic:
        quizzes = quizzes.filter(topics__slug=topic)
    return quizzes.filter(level=level) if level else quizzes


def topics_with_quizzes(now: datetime) -> "QuerySet[Topic]":
    """Return topics of visible quizzes, in their order."""
    return Topic.objects.visible(now).filter(pk__in=Quiz.objects.visible(now).values("topics"))


def find_quiz(slug: str) -> Quiz | None:
    """Return a quiz with all its parts, published or not. Eight queries."""
    return prefetch_quiz_parts(Quiz.objects.filter(slug=slug)).first()


# Cached: every answer needs the quiz, and a whole class asks at once.
cached_quizzes = RecordCache(find_quiz)


def prefetch_quiz_parts(quizzes: "QuerySet[Quiz]") -> "QuerySet[Quiz]":
    """Prefetch all that `to_quiz_data` reads."""
    entries = QuizEntry.objects.order_by("order", "id").prefetch_related(
        Prefetch("question", Question.objects.prefetch_related(*_PARTS))
    )
    return quizzes.prefetch_related(Prefetch("entries", entries), "closings", "next_steps", "topics")


def questions_with_parts(questions: "QuerySet[Question]") -> "QuerySet[Question]":
    """Prefetch all that `to_question_data` reads."""
    return questions.prefetch_related(*_PARTS)


def questions_of(quiz: Quiz) -> list[Question]:
    """Return the questions in order, without a query if loaded with `find_quiz`."""
    return [entry.question for entry in quiz.entries.all()]


def to_quiz_data(quiz: Quiz) -> schemas.Quiz:
    """Return a quiz loaded with `find_quiz` as plain data, without a query."""
    return schemas.Quiz(
        slug=quiz.slug,
        title=bilingual_text(quiz, "title"),
        summary=bilingual_text(quiz, "summary"),
        level=quiz.level,
        minutes=quiz.minutes,
        topics=tuple(topic.slug for topic in quiz.topics.all()),
        closings=tuple(
            schemas.ResultText(from_percent=closing.from_percent, text=bilingual_text(closing, "text"))
            for closing in quiz.closings.all()
        ),
        next_steps=tuple(schemas.NextStep(kind=step.kind, slug=step.slug) for step in quiz.next_steps.all()),
        questions=tuple(to_question_data(question) for question in questions_of(quiz)),
    )


def to_question_data(question: Question) -> schemas.Question:
    """Return a question with its parts as plain data."""
    return schemas.Question(
        kind=question.kind,
        name=question.name,
        text=bilingual_text(question, "text"),
        frame=question.frame,
        explanation=bilingual_text(question, "explanation"),
        discussion=bilingual_text(question, "discussion"),
        source_title=question.source_title,
        source_url=question.source_url,
        level=question.level,
        topic=question.topic.slug if question.topic else "",
        difficulty=question.difficulty,
        shuffle=question.shuffle,
        category=question.category,
        choices=tuple(_as_choice(choice) for choice in question.choices.all()),
        situations=tuple(
            schemas.Situation(number=situation.number, text=bilingual_text(situation, "text"))
            for situation in question.situations.all()
        ),
    )


def bilingual_text(row: object, name: str) -> schemas.BilingualText:
    """Return a translated field in both languages."""
    return schemas.BilingualText(getattr(row, f"{name}_sr") or "", getattr(row, f"{name}_en") or "")


def quiz_cards(topics: Collection[int], most: int, now: datetime) -> Sequence[Card]:
    """Return cards of the newest quizzes on any of these topics, with one query."""
    found = with_pictured_topic(Quiz.objects.visible(now).filter(topics__in=topics).distinct())[:most]
    return [quiz_card(quiz) for quiz in found]


def quiz_card(quiz: Quiz) -> Card:
    """Return the card of a quiz loaded with `with_pictured_topic`, in the active language."""
    picture = ("topics", quiz.pictured_topic or "")  # type: ignore[attr-defined]
    return card_of(quiz, note=quiz.get_level_display(), picture=picture, fits=[quiz.level])


def topics_by_slug(slugs: Collection[str]) -> dict[str, Topic]:
    """Return topics by slug, with one query."""
    return {topic.slug: topic for topic in Topic.objects.filter(slug__in=slugs)}


def _as_choice(choice: QuestionChoice) -> schemas.Choice:
    return schemas.Choice(
        text=bilingual_text(choice, "text"),
        match=bilingual_text(choice, "match"),
        weight=choice.weight,
        feedback=bilingual_text(choice, "feedback"),
        missed=bilingual_text(choice, "missed"),
        role=choice.role,
        at=choice.at,
        leads_to=choice.leads_to,
        tolerance=choice.tolerance,
    )
