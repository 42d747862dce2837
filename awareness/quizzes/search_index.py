"""What other apps may show of quizzes, and what the search finds in them."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from awareness.publishing import related_content
from awareness.quizzes.models import Quiz
from awareness.quizzes.selectors import prefetch_quiz_parts, questions_of, quiz_card, quiz_cards, with_pictured_topic
from clicksafely.common import search_registry as documents

ORDER: Final = 20


def register() -> None:
    """Once, when the app is ready."""
    related_content.register_cards(
        kind="quiz",
        title=_("Quizzes"),
        order=ORDER,
        provider=quiz_cards,
        next_change=Quiz.objects.next_change,
        finder=cards_by_slug,
        latest=latest_cards,
    )
    documents.register_searchable(documents.SearchableModel("quiz", _("Quizzes"), Quiz, document_of))


def cards_by_slug(slugs: Collection[str], now: datetime) -> dict[str, related_content.Card]:
    """The cards of the quizzes with these slugs that everybody sees at `now`, by slug. One query."""
    return {
        quiz.slug: quiz_card(quiz) for quiz in with_pictured_topic(Quiz.objects.visible(now).filter(slug__in=slugs))
    }


def latest_cards(most: int, now: datetime) -> list[related_content.Card]:
    """The newest quizzes. One query."""
    return [quiz_card(quiz) for quiz in with_pictured_topic(Quiz.objects.visible(now))[:most]]


def document_of(quiz: Quiz) -> documents.SearchDocument:
    """What the search knows of a quiz: title, sentence, and what is asked. Answers would give it away."""
    whole = prefetch_quiz_parts(Quiz.objects.filter(pk=quiz.pk)).get()
    topics, questions = list(whole.topics.all()), questions_of(whole)
    words = {}
    for code in ("sr", "en"):
        if title := getattr(quiz, f"title_{code}"):
            words[code] = documents.SearchText(
                title=title,
                keywords=" ".join(filter(None, (getattr(topic, f"title_{code}") for topic in topics))),
                summary=getattr(quiz, f"summary_{code}") or "",
                body="\n".join(filter(None, (getattr(question, f"text_{code}") for question in questions))),
            )
    return documents.SearchDocument(words=words, url_name="quiz", url_kwargs={"slug": quiz.slug})
