"""Builds the content of the next edition from the rows of a White Paper."""

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from clicksafely.common.plain_text import strip_unprintable
from clicksafely.common.rich_text import sanitise_html
from youthpanel.members.selectors import has_valid_consent
from youthpanel.models import (
    Chapter,
    ChapterKind,
    ConsentScope,
    Consultation,
    Meeting,
    Quotation,
    Recommendation,
    WhitePaper,
)
from youthpanel.models.consultations import MIN_PUBLISHED_ANSWERS
from youthpanel.white_papers.content import (
    SCHEMA_VERSION,
    BilingualText,
    ChapterContent,
    EditionContent,
    OriginContent,
    QuotationContent,
    RecommendationContent,
)
from youthpanel.white_papers.panel_statistics import count_statistics, variable_values
from youthpanel.white_papers.text_variables import replace_variables


def build_snapshot(paper: WhitePaper, now: datetime) -> EditionContent:
    """The content at `now`, with statistics.

    Pseudonyms appear only with a consent for quotations that is valid on that day.
    """
    figures = count_statistics(now)
    words = variable_values(figures)

    def rich(record: Any, field: str) -> BilingualText:
        return {
            code: replace_variables(sanitise_html(str(text)), words)
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
        "title": bilingual_text(paper, "title"),
        "foreword": rich(paper, "foreword"),
        "method": rich(paper, "method"),
        "chapters": chapters(ChapterKind.CHAPTER),
        "recommendations": [
            _recommendation(number, recommendation) for number, recommendation in enumerate(_placed(paper), 1)
        ],
        "quotations": _quotations(paper, timezone.localdate(now)),
        "annexes": chapters(ChapterKind.ANNEX),
        "figures": figures,
    }


def bilingual_text(record: Any, field: str) -> BilingualText:
    """A field in both languages, without pasted characters that documents cannot contain."""
    return {
        "sr": strip_unprintable(getattr(record, f"{field}_sr") or ""),
        "en": strip_unprintable(getattr(record, f"{field}_en") or ""),
    }


def _placed(paper: WhitePaper) -> list[Recommendation]:
    return list(
        Recommendation.objects.filter(places__paper=paper)
        .order_by("places__order", "places__id")
        .prefetch_related(
            "ideas",
            Prefetch("meetings", queryset=Meeting.objects.order_by("starts_at", "id")),
            Prefetch("consultations", queryset=Consultation.objects.order_by("id")),
        )
    )


def _quotations(paper: WhitePaper, day: date) -> list[QuotationContent]:
    """Approved quotations from the source consultations. A member's quotation needs a valid consent."""
    cleared = (
        Quotation.objects.filter(consultation__recommendations__places__paper=paper, cleared_at__isnull=False)
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


def _recommendation(number: int, recommendation: Recommendation) -> RecommendationContent:
    consultations = list(recommendation.consultations.all())
    origins: list[OriginContent] = [
        {"title": bilingual_text(consultation, "title"), "on": ""} for consultation in consultations
    ]
    origins += [
        {"title": bilingual_text(meeting, "title"), "on": timezone.localdate(meeting.starts_at).isoformat()}
        for meeting in recommendation.meetings.all()
    ]
    # Smaller numbers are not published.
    told = recommendation.support is not None and recommendation.support >= MIN_PUBLISHED_ANSWERS
    return {
        "id": recommendation.pk,
        "number": number,
        "slug": recommendation.slug,
        "title": bilingual_text(recommendation, "title"),
        "text": bilingual_text(recommendation, "text"),
        "child_text": bilingual_text(recommendation, "child_text"),
        "education": recommendation.education,
        "addressee": bilingual_text(recommendation, "addressee"),
        "support": recommendation.support if told else None,
        "asked": recommendation.asked if told else None,
        "ideas": len(recommendation.ideas.all()),
        "origins": origins,
    }
