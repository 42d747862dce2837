"""Results of a consultation: counts, texts, ideas, themes, quotations, with the disclosure rules of docs/adr/0030."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import pgettext

from clicksafely.common.serbian.alphabet import page_order
from clicksafely.common.statistics.disclosure_control import MIN_PUBLISHED_COUNT, suppress_parts
from youthpanel.consultations.opinion_results import OpinionResults, opinion_results
from youthpanel.consultations.services import SCORES, questions_of
from youthpanel.members.selectors import has_valid_consent
from youthpanel.models import ConsentScope, Consultation, Idea, Post, Question, QuestionKind, Quotation, Theme
from youthpanel.models.consultations import MIN_PUBLISHED_ANSWERS
from youthpanel.models.members import NAMING_FIELDS
from youthpanel.states import ContributionState


@dataclass(frozen=True)
class ResultRow:
    """A choice or a score with its count, and its percentage of the members who answered the question."""

    label: str
    count: int
    share: int


@dataclass(frozen=True)
class QuestionResult:
    """A question and its number of answers.

    Below `MIN_PUBLISHED_ANSWERS` the number is None and nothing else is published.

    `rows` are for choices and scores, `mean` for scales. `texts` are sorted alphabetically and empty if too few were
    written. `written` is their number.
    """

    question: Question
    answered: int | None
    rows: tuple[ResultRow, ...] = ()
    mean: float | None = None
    texts: tuple[str, ...] = ()
    written: int = 0


@dataclass(frozen=True)
class IdeaResult:
    """A published idea: endorsements plus raised hands, and the number of members who chose it as a priority.

    `priorities` is None before the results are shown.
    """

    idea: Idea
    endorsed: int
    priorities: int | None
    themes: tuple[Theme, ...]


@dataclass(frozen=True)
class ThemeResult:
    """A theme with the numbers of its ideas and approved quotations."""

    theme: Theme
    ideas: int
    quotations: int


@dataclass(frozen=True)
class Results:
    """`sheets` is None, and `questions` is empty, before the results are shown or below `MIN_PUBLISHED_ANSWERS`."""

    consultation: Consultation
    sheets: int | None
    questions: tuple[QuestionResult, ...] = ()
    ideas: tuple[IdeaResult, ...] = ()
    themes: tuple[ThemeResult, ...] = ()
    quotations: tuple[Quotation, ...] = field(default=())
    opinions: tuple[OpinionResults, ...] = ()


def results(consultation: Consultation, now: datetime) -> Results:
    """Return the published results at `now`, in the active language; at most eleven queries.

    Answers are published only after the consultation is closed and its results are shown (`workflow.show_results`). No
    answer can arrive after that, so two views never differ by one answer. A question with fewer than
    `MIN_PUBLISHED_ANSWERS` answers is not published. Fewer texts than that are only counted. There are no cross tables,
    and texts are sorted alphabetically. Answers of one person to two questions can therefore not be linked. Quotations
    are those that may be printed today.
    """
    sheets, questions = answer_results(consultation)
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
    opinions = tuple(opinion_results(consultation))
    return Results(consultation, sheets, questions, ideas, themes, quotations, opinions)


def idea_results(consultation: Consultation) -> tuple[IdeaResult, ...]:
    """Published ideas, sorted by priorities, then by endorsements."""
    is_shown = consultation.results_shown_on is not None
    found = consultation.ideas.filter(state=ContributionState.SHOWN).annotate(
        online=Count("endorsements", filter=Q(endorsements__priority=False)),
        chosen=Count("endorsements", filter=Q(endorsements__priority=True)),
    )
    listed = [
        IdeaResult(idea, idea.online + idea.counted, idea.chosen if is_shown else None, tuple(idea.themes.all()))
        for idea in found.prefetch_related("themes")
    ]
    return tuple(sorted(listed, key=lambda each: (-(each.priorities or 0), -each.endorsed, each.idea.pk)))


def printable_quotations(quotations: "QuerySet[Quotation]", now: datetime) -> list[Quotation]:
    """Approved quotations: without a member, or of a member with a valid consent for quotations."""
    cleared = quotations.filter(approved_at__isnull=False).select_related("member").prefetch_related("themes")
    cleared = cleared.defer(*(f"member__{name}" for name in NAMING_FIELDS))
    return [
        each
        for each in cleared
        if each.member is None or has_valid_consent(each.member, ConsentScope.QUOTATION, localdate(now))
    ]


def unmoderated_contributions(user: Any) -> list[Idea | Post]:
    """Unmoderated contributions in the consultations of a facilitator, the oldest first; two queries."""
    mine = {"state": ContributionState.WAITING, "consultation__facilitators": user}
    ideas = Idea.objects.filter(**mine).select_related("consultation", "member")
    posts = Post.objects.filter(**mine).select_related("consultation", "member", "idea")
    return sorted([*ideas, *posts], key=lambda each: (each.written_at, each.pk))


def count_unmoderated(user: Any) -> int:
    mine = {"state": ContributionState.WAITING, "consultation__facilitators": user}
    return Idea.objects.filter(**mine).count() + Post.objects.filter(**mine).count()


def answer_results(consultation: Consultation) -> tuple[int | None, tuple[QuestionResult, ...]]:
    """Return the number of sheets and the results of each question, as in `Results`; three queries."""
    if consultation.results_shown_on is None:
        return None, ()
    sheets = list(consultation.sheets.values_list("answers", flat=True))
    if len(sheets) < MIN_PUBLISHED_ANSWERS:
        return None, ()
    return len(sheets), tuple(_result(question, sheets) for question in questions_of(consultation))


def disclosed_counts(result: QuestionResult) -> list[int | None]:
    """The counts of `result.rows` for publication: without those of fewer than five members and those from which they would follow.

    A choice of all who answered is not published either: it would be the answer of each of them.
    """
    counts = [row.count for row in result.rows]
    if result.question.kind == QuestionKind.MULTIPLE:
        return [count if MIN_PUBLISHED_COUNT <= count < (result.answered or 0) else None for count in counts]
    return [count for _row, count in suppress_parts(list(enumerate(counts)))]


def _result(question: Question, sheets: Iterable[Mapping[str, Any]]) -> QuestionResult:
    answers = [sheet[str(question.pk)] for sheet in sheets if sheet.get(str(question.pk))]
    if len(answers) < MIN_PUBLISHED_ANSWERS:
        return QuestionResult(question, None)
    texts = sorted(
        (answer["text"] for answer in answers if answer.get("text")), key=lambda text: (page_order(text), text)
    )
    counts: list[tuple[str, int]] = []
    mean = None
    if question.kind == QuestionKind.SCALE:
        scores = Counter(answer["score"] for answer in answers)
        counts = [(str(score), scores[score]) for score in SCORES]
        mean = round(sum(score * number for score, number in scores.items()) / len(answers), 1)
    elif question.kind != QuestionKind.OPEN:
        chosen = Counter(choice for answer in answers for choice in answer.get("choices", ()))
        counts = [(choice.text, chosen[choice.pk]) for choice in question.choices.all()]
        if question.other:
            counts.append((pgettext("choice", "Something else"), len(texts)))
    rows = tuple(ResultRow(label, count, round(100 * count / len(answers))) for label, count in counts)
    published_texts = tuple(texts) if len(texts) >= MIN_PUBLISHED_ANSWERS else ()
    return QuestionResult(question, len(answers), rows, mean, published_texts, len(texts))
