"""Builds the content of the next edition from the rows of a White Paper."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import override, pgettext

from clicksafely.common.invisible_characters import strip_unprintable
from clicksafely.common.rich_text import sanitise_html
from youthpanel.consultations.selectors import QuestionResult, answer_results, disclosed_counts
from youthpanel.consultations.services import SCORES
from youthpanel.members.selectors import has_valid_consent
from youthpanel.models import (
    Chapter,
    ChapterKind,
    ConsentScope,
    Consultation,
    Meeting,
    Question,
    QuestionKind,
    Quotation,
    Recommendation,
    WhitePaper,
)
from youthpanel.states import ConsultationState
from youthpanel.white_papers.content import (
    SCHEMA_VERSION,
    WRITTEN_LANGUAGES,
    BilingualText,
    ChapterContent,
    ConsultationResultContent,
    EditionContent,
    OriginContent,
    QuestionResultContent,
    QuotationContent,
    RecommendationContent,
)
from youthpanel.white_papers.panel_statistics import count_statistics, variable_values
from youthpanel.white_papers.support import support_of
from youthpanel.white_papers.text_variables import replace_variables, space_per_cent


def build_snapshot(paper: WhitePaper, now: datetime) -> EditionContent:
    """Return the content at `now`, with statistics.

    Pseudonyms appear only with a consent for quotations that is valid on that day.
    """
    figures = count_statistics(now)
    words = variable_values(figures)

    def rich(record: Any, field: str) -> BilingualText:
        return {
            code: space_per_cent(replace_variables(sanitise_html(str(text)), words))
            for code, text in bilingual_text(record, field).items()
        }  # type: ignore[return-value]

    def chapters(part: ChapterKind) -> list[ChapterContent]:
        return [
            {"title": bilingual_text(chapter, "title"), "text": rich(chapter, "text")}
            for chapter in written
            if chapter.part == part
        ]

    written = list(Chapter.objects.filter(paper=paper).order_by("order", "id"))
    return {
        "shape": SCHEMA_VERSION,
        "site": settings.SITE_URL.rstrip("/"),
        "title": bilingual_text(paper, "title"),
        "foreword": rich(paper, "foreword"),
        "method": rich(paper, "method"),
        "chapters": chapters(ChapterKind.CHAPTER),
        "recommendations": [
            recommendation_content(number, recommendation) for number, recommendation in enumerate(_placed(paper), 1)
        ],
        "quotations": _quotations(paper, timezone.localdate(now)),
        "results": _results(paper),
        "annexes": chapters(ChapterKind.ANNEX),
        "figures": figures,
    }


def bilingual_text(record: Any, field: str) -> BilingualText:
    """Return a field in both languages, without pasted characters that documents cannot contain, and with spaced per cent."""
    return {
        "sr": space_per_cent(strip_unprintable(getattr(record, f"{field}_sr") or "")),
        "en": space_per_cent(strip_unprintable(getattr(record, f"{field}_en") or "")),
    }


def _placed(paper: WhitePaper) -> list[Recommendation]:
    return list(
        Recommendation.objects.filter(places__paper=paper)
        .order_by("places__order", "places__id")
        .select_related("choice__question__consultation", "statement__round__consultation")
        .prefetch_related(
            "ideas",
            Prefetch("meetings", queryset=Meeting.objects.order_by("starts_at", "id")),
            Prefetch("consultations", queryset=Consultation.objects.order_by("id")),
        )
    )


def _quotations(paper: WhitePaper, day: date) -> list[QuotationContent]:
    """Approved quotations from the source consultations. A member's quotation needs a valid consent."""
    cleared = (
        Quotation.objects.filter(consultation__recommendations__places__paper=paper, approved_at__isnull=False)
        .select_related("member")
        .prefetch_related("member__consents")
        .distinct()
        .order_by("id")
    )
    return [
        {"text": bilingual_text(quotation, "text"), "pseudonym": quotation.member.pseudonym if quotation.member else ""}
        for quotation in cleared
        if quotation.member is None or has_valid_consent(quotation.member, ConsentScope.QUOTATION, day)
    ]


def _results(paper: WhitePaper) -> list[ConsultationResultContent]:
    """Results of the source consultations whose members have seen them, the oldest first; three queries for each."""
    sources = Consultation.objects.filter(
        recommendations__places__paper=paper, state=ConsultationState.REPORTED
    ).distinct()
    results: list[ConsultationResultContent] = []
    for consultation in sources.order_by("id"):
        sheets, questions = answer_results(consultation)
        drawn = [_question_result(each, each.answered) for each in questions if each.answered and each.rows]
        drawn = [each for each in drawn if any(row["count"] for row in each["rows"])]
        if sheets and drawn:
            results.append({"title": bilingual_text(consultation, "title"), "sheets": sheets, "questions": drawn})
    return results


def _question_result(result: QuestionResult, answered: int) -> QuestionResultContent:
    counted = zip(_labels(result.question), disclosed_counts(result), strict=True)
    return {
        "question": bilingual_text(result.question, "text"),
        "answered": answered,
        "rows": [{"label": label, "count": count} for label, count in counted],
    }


def _labels(question: Question) -> list[BilingualText]:
    """The labels in the order of the counts."""
    if question.kind == QuestionKind.SCALE:
        return [{"sr": str(score), "en": str(score)} for score in SCORES]
    labels = [bilingual_text(choice, "text") for choice in question.choices.all()]
    if question.other:
        other: dict[str, str] = {}
        for code in WRITTEN_LANGUAGES:
            with override(code):
                other[code] = pgettext("choice", "Something else")
        labels.append({"sr": other["sr"], "en": other["en"]})
    return labels


def recommendation_content(number: int, recommendation: Recommendation) -> RecommendationContent:
    """Return a recommendation with its sources and its support."""
    consultations = list(recommendation.consultations.all())
    origins: list[OriginContent] = [
        {"title": bilingual_text(consultation, "title"), "on": ""} for consultation in consultations
    ]
    origins += [
        {"title": bilingual_text(meeting, "title"), "on": timezone.localdate(meeting.starts_at).isoformat()}
        for meeting in recommendation.meetings.all()
    ]
    support = support_of(recommendation)
    return {
        "id": recommendation.pk,
        "number": number,
        "slug": recommendation.slug,
        "title": bilingual_text(recommendation, "title"),
        "text": bilingual_text(recommendation, "text"),
        "child_text": bilingual_text(recommendation, "child_text"),
        "education": recommendation.education,
        "addressee": bilingual_text(recommendation, "addressee"),
        "support": support.in_favour,
        "asked": support.asked,
        "voted": support.is_counted,
        "ideas": len(recommendation.ideas.all()),
        "origins": origins,
    }
