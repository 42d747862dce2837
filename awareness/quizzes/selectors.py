"""Reads of quizzes and questions, as plain data."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from awareness.publishing.related_content import Card
from awareness.publishing.shortcuts import fallback_language_tag
from awareness.quizzes.enums import QuestionKind
from awareness.quizzes.kinds import schemas
from awareness.quizzes.kinds import schemas as plain_quiz
from awareness.quizzes.models import Question, QuestionChoice, QuestionSituation, Quiz, QuizEntry
from awareness.topics.models import Topic
from clicksafely.common.page_cache.list_cache import RecordCache

_PARTS = (
    Prefetch("choices", QuestionChoice.objects.order_by("order", "id")),
    Prefetch("situations", QuestionSituation.objects.order_by("number")),
    "topic",
)


def visible_quizzes(now: datetime) -> "QuerySet[Quiz]":
    """What everybody sees at `now`, the latest first, pictured, each with the number of its questions in `questions_count`."""
    return with_pictured_topic(Quiz.objects.visible(now)).annotate(questions_count=Count("entries"))


def with_pictured_topic(quizzes: "QuerySet[Quiz]") -> "QuerySet[Quiz]":
    """With `pictured_topic`: the slug of the topic whose picture cards show. Most of its questions are about it; without such, its first; or null."""
    asked = QuizEntry.objects.filter(quiz=OuterRef("pk"), question__topic__isnull=False).values("question__topic__slug")
    most = asked.annotate(number=Count("pk")).order_by("-number", "question__topic__slug")
    first = Topic.objects.filter(quizzes=OuterRef("pk"))
    return quizzes.annotate(
        pictured_topic=Coalesce(Subquery(most.values("question__topic__slug")[:1]), Subquery(first.values("slug")[:1]))
    )


def listed_quizzes(now: datetime, *, topic: Topic | None, level: str) -> "QuerySet[Quiz]":
    """What everybody sees at `now`, about a topic and of a level where they are given."""
    quizzes = visible_quizzes(now)
    if topic is not None:
        quizzes = quizzes.filter(topics=topic)
    return quizzes.filter(level=level) if level else quizzes


def topics_with_quizzes(now: datetime) -> "QuerySet[Topic]":
    """The topics that a visible quiz is about, in their order."""
    return Topic.objects.visible(now).filter(pk__in=Quiz.objects.visible(now).values("topics"))


def find_quiz(slug: str) -> Quiz | None:
    """A quiz, whoever may see it, with everything in it; eight queries."""
    return prefetch_quiz_parts(Quiz.objects.filter(slug=slug)).first()


# As `find_quiz`: whoever plays asks for the same again with each answer, and a class asks at once.
cached_quizzes = RecordCache(find_quiz)


def prefetch_quiz_parts(quizzes: "QuerySet[Quiz]") -> "QuerySet[Quiz]":
    """With all that `to_quiz_data` reads."""
    entries = QuizEntry.objects.order_by("order", "id").prefetch_related(
        Prefetch("question", Question.objects.prefetch_related(*_PARTS))
    )
    return quizzes.prefetch_related(Prefetch("entries", entries), "closings", "next_steps", "topics")


def questions_with_parts(questions: "QuerySet[Question]") -> "QuerySet[Question]":
    """With all that `to_question_data` reads."""
    return questions.prefetch_related(*_PARTS)


def questions_of(quiz: Quiz) -> list[Question]:
    """The rows of its questions in their order; of a quiz read by `find_quiz` without a query."""
    return [entry.question for entry in quiz.entries.all()]


def to_quiz_data(quiz: Quiz) -> plain_quiz.Quiz:
    """A quiz read by `find_quiz`, as plain data; without a query."""
    return plain_quiz.Quiz(
        slug=quiz.slug,
        title=bilingual_text(quiz, "title"),
        summary=bilingual_text(quiz, "summary"),
        level=quiz.level,
        minutes=quiz.minutes,
        topics=tuple(topic.slug for topic in quiz.topics.all()),
        closings=tuple(
            plain_quiz.ResultText(from_percent=closing.from_percent, text=bilingual_text(closing, "text"))
            for closing in quiz.closings.all()
        ),
        next_steps=tuple(plain_quiz.NextStep(kind=step.kind, slug=step.slug) for step in quiz.next_steps.all()),
        questions=tuple(to_question_data(question) for question in questions_of(quiz)),
    )


def to_question_data(question: Question) -> schemas.Question:
    """A question with its parts, as plain data."""
    return schemas.Question(
        kind=QuestionKind(question.kind),
        name=question.name,
        text=bilingual_text(question, "text"),
        frame=question.frame,
        explanation=bilingual_text(question, "explanation"),
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
    """A translated field in both languages."""
    return schemas.BilingualText(getattr(row, f"{name}_sr") or "", getattr(row, f"{name}_en") or "")


def quiz_cards(topics: Collection[int], most: int, now: datetime) -> Sequence[Card]:
    """The latest quizzes about any of these topics; one query."""
    found = with_pictured_topic(Quiz.objects.visible(now).filter(topics__in=topics).distinct())[:most]
    return [quiz_card(quiz) for quiz in found]


def quiz_card(quiz: Quiz) -> Card:
    """The card of a `pictured` quiz in the active language."""
    return Card(
        "quiz",
        quiz.title,
        quiz.summary,
        reverse("quiz", args=[quiz.slug]),
        quiz.get_level_display(),
        picture=("topics", quiz.pictured_topic or ""),  # type: ignore[attr-defined]
        lang=fallback_language_tag(quiz),
    )


def topics_by_slug(slugs: Collection[str]) -> dict[str, Topic]:
    """The topics with these slugs, by them; one query."""
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
