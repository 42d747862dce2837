"""From the rows of a White Paper that is being written to what its next edition would hold."""

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from clicksafely.common.plain_text import printable
from clicksafely.common.rich_text import clean
from youthpanel.members.selectors import holds
from youthpanel.models import (
    Chapter,
    Consultation,
    Meeting,
    PaperPart,
    Quotation,
    Recommendation,
    Scope,
    WhitePaper,
)
from youthpanel.models.consultations import LEAST_SHOWN
from youthpanel.white_papers.content import (
    SHAPE,
    Both,
    ChapterContent,
    Content,
    OriginContent,
    QuotationContent,
    RecommendationContent,
)
from youthpanel.white_papers.panel_statistics import count_figures, in_words
from youthpanel.white_papers.text_variables import fill_in


def assemble(paper: WhitePaper, now: datetime) -> Content:
    """All that the paper says at `now`, with figures from the records; pseudonyms only where a consent for quotations holds on that day."""
    figures = count_figures(now)
    words = in_words(figures)

    def rich(record: Any, field: str) -> Both:
        return {code: fill_in(clean(text), words) for code, text in both(record, field).items()}  # type: ignore[return-value, arg-type]

    def chapters(part: PaperPart) -> list[ChapterContent]:
        return [
            {"title": both(chapter, "title"), "text": rich(chapter, "text")}
            for chapter in written
            if chapter.part == part
        ]

    written = list(Chapter.objects.filter(paper=paper).order_by("order", "id"))
    return {
        "shape": SHAPE,
        "title": both(paper, "title"),
        "foreword": rich(paper, "foreword"),
        "method": rich(paper, "method"),
        "chapters": chapters(PaperPart.CHAPTER),
        "recommendations": [
            _recommendation(number, recommendation) for number, recommendation in enumerate(_placed(paper), 1)
        ],
        "quotations": _quotations(paper, timezone.localdate(now)),
        "annexes": chapters(PaperPart.ANNEX),
        "figures": figures,
    }


def both(record: Any, field: str) -> Both:
    """A field of a record in both languages, as it is written; what was pasted with it and no document can hold is left out."""
    return {
        "sr": printable(getattr(record, f"{field}_sr") or ""),
        "en": printable(getattr(record, f"{field}_en") or ""),
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
    """Cleared words from the consultations that the recommendations came from; those of a member only while a consent for it holds."""
    cleared = (
        Quotation.objects.filter(consultation__recommendations__places__paper=paper, cleared_at__isnull=False)
        .select_related("member")
        .prefetch_related("member__consents")
        .distinct()
        .order_by("id")
    )
    return [
        {"text": both(quotation, "text"), "pseudonym": quotation.member.pseudonym if quotation.member else ""}
        for quotation in cleared
        if quotation.member is None or holds(quotation.member, Scope.QUOTATION, day)
    ]


def _recommendation(number: int, recommendation: Recommendation) -> RecommendationContent:
    consultations = list(recommendation.consultations.all())
    origins: list[OriginContent] = [{"title": both(consultation, "title"), "on": ""} for consultation in consultations]
    origins += [
        {"title": both(meeting, "title"), "on": timezone.localdate(meeting.starts_at).isoformat()}
        for meeting in recommendation.meetings.all()
    ]
    # A figure of fewer people than that is told nowhere.
    told = recommendation.support is not None and recommendation.support >= LEAST_SHOWN
    return {
        "id": recommendation.pk,
        "number": number,
        "slug": recommendation.slug,
        "title": both(recommendation, "title"),
        "text": both(recommendation, "text"),
        "child_text": both(recommendation, "child_text"),
        "education": recommendation.education,
        "addressee": both(recommendation, "addressee"),
        "support": recommendation.support if told else None,
        "asked": recommendation.asked if told else None,
        "ideas": len(recommendation.ideas.all()),
        "origins": origins,
    }
