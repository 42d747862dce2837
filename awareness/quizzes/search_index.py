"""Registration of quizzes for related content and search."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from awareness.publishing.related_content import Card, register_cards
from awareness.publishing.search_index import publication_document
from awareness.quizzes.models import Quiz
from awareness.quizzes.selectors import prefetch_quiz_parts, questions_of, quiz_card, quiz_cards, with_pictured_topic
from clicksafely.common.search_registry import SearchableModel, SearchDocument, register_searchable

ORDER: Final = 20


def register() -> None:
    """Register the providers. Called once by the app."""
    register_cards(
        kind="quiz",
        title=_("Quizzes"),
        order=ORDER,
        provider=quiz_cards,
        next_change=Quiz.objects.next_change,
        finder=cards_by_slug,
        latest=latest_cards,
    )
    register_searchable(SearchableModel("quiz", _("Quizzes"), Quiz, document_of))


def cards_by_slug(slugs: Collection[str], now: datetime) -> dict[str, Card]:
    """Return cards of visible quizzes by slug, with one query."""
    return {
        quiz.slug: quiz_card(quiz) for quiz in with_pictured_topic(Quiz.objects.visible(now).filter(slug__in=slugs))
    }


def latest_cards(most: int, now: datetime, level: str = "") -> list[Card]:
    """Return cards of the newest quizzes, of one level if given, with one query."""
    newest = Quiz.objects.visible(now).filter(level=level) if level else Quiz.objects.visible(now)
    return [quiz_card(quiz) for quiz in with_pictured_topic(newest)[:most]]


def document_of(quiz: Quiz) -> SearchDocument:
    """Return the search document: title, summary and question texts.

    Answers are left out, as they would reveal the solution.
    """
    whole = prefetch_quiz_parts(Quiz.objects.filter(pk=quiz.pk)).get()
    questions = questions_of(whole)
    return publication_document(
        quiz,
        topics=whole.topics.all(),
        texts=lambda language: [getattr(question, f"text_{language}") or "" for question in questions],
    )
