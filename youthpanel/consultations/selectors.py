"""What a consultation came to: counts, texts, ideas, themes, cleared words. See docs/adr/0034 for what is told, and when.

Of answers nothing is told before the consultation is closed: nobody answers after that, so no two looks differ by somebody's answer. A question that
less than `MIN_PUBLISHED_ANSWERS` answered is not told at all, and texts that less wrote are only counted. There are no cross tables, and texts stand in
alphabetical order, so nothing leads from an answer to one question to the same person's answer to another.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import pgettext

from clicksafely.common.serbian.search_folding import fold
from youthpanel.consultations.services import SCORES, questions_of
from youthpanel.members.selectors import has_valid_consent
from youthpanel.models import ConsentScope, Consultation, Idea, Post, Question, QuestionKind, Quotation, Theme
from youthpanel.models.consultations import MIN_PUBLISHED_ANSWERS
from youthpanel.states import ConsultationState, ContributionState

PUBLISHED_STATES = (ConsultationState.CLOSED, ConsultationState.REPORTED)


@dataclass(frozen=True)
class ResultRow:
    """A choice or a score: how many gave it, and in per cent of those who answered the question."""

    label: str
    count: int
    share: int


@dataclass(frozen=True)
class QuestionResult:
    """A question: how many answered it, None where that is less than `MIN_PUBLISHED_ANSWERS`; then nothing else is told either.

    `rows` of choices and scores; `mean` of a scale; `texts` where enough were written, in alphabetical order; `written` is their number.
    """

    question: Question
    answered: int | None
    rows: tuple[ResultRow, ...] = ()
    mean: float | None = None
    texts: tuple[str, ...] = ()
    written: int = 0


@dataclass(frozen=True)
class IdeaResult:
    """An idea that was shown: endorsements online and by raised hands together, and for how many it matters most."""

    idea: Idea
    endorsed: int
    priorities: int
    themes: tuple[Theme, ...]


@dataclass(frozen=True)
class ThemeResult:
    """A theme, with how many ideas and cleared quotations stand under it."""

    theme: Theme
    ideas: int
    quotations: int


@dataclass(frozen=True)
class Results:
    """`sheets` is None where it is too early to tell, or less than `MIN_PUBLISHED_ANSWERS` answered; `questions` are empty then."""

    consultation: Consultation
    sheets: int | None
    questions: tuple[QuestionResult, ...] = ()
    ideas: tuple[IdeaResult, ...] = ()
    themes: tuple[ThemeResult, ...] = ()
    quotations: tuple[Quotation, ...] = field(default=())


def results(consultation: Consultation, now: datetime) -> Results:
    """All that is told of a consultation at `now`, in the language at hand; nine queries at most. Quotations are those that may be printed today."""
    sheets, questions = _answers(consultation)
    ideas = idea_results(consultation)
    quotations = tuple(printable_quotations(consultation.quotations.all(), now))
    themes = tuple(
        ThemeResult(
            theme,
            sum(theme in each.themes for each in ideas),
            sum(theme in quotation.themes.all() for quotation in quotations),
        )
        for theme in consultation.themes.all()
    )
    return Results(consultation, sheets, questions, ideas, themes, quotations)


def idea_results(consultation: Consultation) -> tuple[IdeaResult, ...]:
    """Ideas that were shown: what matters most first, then what is endorsed most."""
    found = consultation.ideas.filter(state=ContributionState.SHOWN).annotate(
        online=Count("endorsements", filter=Q(endorsements__priority=False)),
        chosen=Count("endorsements", filter=Q(endorsements__priority=True)),
    )
    listed = [
        IdeaResult(idea, idea.online + idea.counted, idea.chosen, tuple(idea.themes.all()))
        for idea in found.prefetch_related("themes")
    ]
    return tuple(sorted(listed, key=lambda each: (-each.priorities, -each.endorsed, each.idea.pk)))


def printable_quotations(quotations: "QuerySet[Quotation]", now: datetime) -> list[Quotation]:
    """Cleared words: nobody's, or a member's as long as a consent for quotations holds."""
    cleared = quotations.filter(cleared_at__isnull=False).select_related("member").prefetch_related("themes")
    return [
        each
        for each in cleared
        if each.member is None or has_valid_consent(each.member, ConsentScope.QUOTATION, localdate(now))
    ]


def unmoderated_contributions(user: Any) -> list[Idea | Post]:
    """What nobody has read yet in the consultations of a facilitator, the oldest first; two queries."""
    mine = {"state": ContributionState.WAITING, "consultation__facilitators": user}
    ideas = Idea.objects.filter(**mine).select_related("consultation", "member")
    posts = Post.objects.filter(**mine).select_related("consultation", "member", "idea")
    return sorted([*ideas, *posts], key=lambda each: (each.written_at, each.pk))


def count_unmoderated(user: Any) -> int:
    """How many that are."""
    mine = {"state": ContributionState.WAITING, "consultation__facilitators": user}
    return Idea.objects.filter(**mine).count() + Post.objects.filter(**mine).count()


def _answers(consultation: Consultation) -> tuple[int | None, tuple[QuestionResult, ...]]:
    if consultation.state not in PUBLISHED_STATES:
        return None, ()
    sheets = list(consultation.sheets.values_list("answers", flat=True))
    if len(sheets) < MIN_PUBLISHED_ANSWERS:
        return None, ()
    return len(sheets), tuple(_result(question, sheets) for question in questions_of(consultation))


def _result(question: Question, sheets: Iterable[Mapping[str, Any]]) -> QuestionResult:
    given = [sheet[str(question.pk)] for sheet in sheets if sheet.get(str(question.pk))]
    if len(given) < MIN_PUBLISHED_ANSWERS:
        return QuestionResult(question, None)
    texts = sorted((answer["text"] for answer in given if answer.get("text")), key=lambda text: (fold(text), text))
    counts: list[tuple[str, int]] = []
    mean = None
    if question.kind == QuestionKind.SCALE:
        scores = Counter(answer["score"] for answer in given)
        counts = [(str(score), scores[score]) for score in SCORES]
        mean = round(sum(score * number for score, number in scores.items()) / len(given), 1)
    elif question.kind != QuestionKind.OPEN:
        chosen = Counter(choice for answer in given for choice in answer.get("choices", ()))
        counts = [(choice.text, chosen[choice.pk]) for choice in question.choices.all()]
        if question.other:
            counts.append((pgettext("choice", "Something else"), len(texts)))
    rows = tuple(ResultRow(label, count, round(100 * count / len(given))) for label, count in counts)
    told = tuple(texts) if len(texts) >= MIN_PUBLISHED_ANSWERS else ()
    return QuestionResult(question, len(given), rows, mean, told, len(texts))
