"""Search index of the panel: White Papers and recommendations, with the content of their newest edition."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from clicksafely.common.rich_text import html_to_text
from clicksafely.common.search_registry import (
    SearchableModel,
    SearchDocument,
    SearchText,
    VisibilityPeriod,
    register_searchable,
)
from youthpanel.models import Edition, Recommendation, WhitePaper
from youthpanel.white_papers.content import WRITTEN_LANGUAGES, EditionContent, LanguageCode, RecommendationContent


def register() -> None:
    """Register both models for the search. Called once by `AppConfig.ready`."""
    register_searchable(
        SearchableModel("white-paper", _("White Papers"), WhitePaper, document_of_paper, times_of_paper, issued_papers)
    )
    register_searchable(
        SearchableModel(
            "recommendation",
            _("Recommendations"),
            Recommendation,
            document_of_recommendation,
            times_of_recommendation,
            issued_recommendations,
        )
    )


def issued_papers(model: type[models.Model]) -> "models.QuerySet[Any]":
    """Papers with an edition."""
    return model._default_manager.filter(Exists(Edition.objects.filter(paper=OuterRef("pk"))))


def times_of_paper(paper: WhitePaper) -> VisibilityPeriod:
    """Visible from the first edition on."""
    return _times(paper, Edition.objects.filter(paper=paper).order_by("number").first())


def document_of_paper(paper: WhitePaper) -> SearchDocument:
    """Return the content of the newest edition."""
    newest = Edition.objects.filter(paper=paper).order_by("-number").first()
    words: dict[str, SearchText] = {}
    if newest is not None:
        content: EditionContent = newest.content
        words = {
            code: SearchText(
                title=content["title"][code],
                summary=html_to_text(content["foreword"][code])[:300],
                body=_body(content, code),
            )
            for code in WRITTEN_LANGUAGES
            if content["title"][code]
        }
    return SearchDocument(words=words, url_name="white-paper", url_kwargs={"slug": paper.slug})


def issued_recommendations(model: type[models.Model]) -> "models.QuerySet[Any]":
    """Recommendations in an edition."""
    ids = [row["id"] for rows in Edition.objects.values_list("content__recommendations", flat=True) for row in rows]
    return model._default_manager.filter(pk__in=ids)


def times_of_recommendation(recommendation: Recommendation) -> VisibilityPeriod:
    """Visible from the first edition that contains it on."""
    return _times(recommendation, _editions_with(recommendation).order_by("issued_at").first())


def document_of_recommendation(recommendation: Recommendation) -> SearchDocument:
    """Return the content in the newest edition that contains it."""
    newest = _editions_with(recommendation).order_by("-paper_id", "-number").first()
    rows: list[RecommendationContent] = newest.content["recommendations"] if newest else []
    row = next((row for row in rows if row["id"] == recommendation.pk), None)
    words: dict[str, SearchText] = {
        code: SearchText(
            title=row["title"][code],
            summary=row["child_text"][code] or row["text"][code][:300],
            body=f"{row['text'][code]} {row['addressee'][code]}",
        )
        for code in WRITTEN_LANGUAGES
        if row and row["title"][code]
    }
    slug = row["slug"] if row else recommendation.slug
    return SearchDocument(words=words, url_name="recommendation", url_kwargs={"slug": slug})


def _editions_with(recommendation: Recommendation) -> "models.QuerySet[Edition]":
    return Edition.objects.filter(content__recommendations__contains=[{"id": recommendation.pk}])


def _times(record: Any, first: Edition | None) -> VisibilityPeriod:
    return VisibilityPeriod(first.issued_at if first else None, None, record.changed_at)


def _body(content: EditionContent, code: LanguageCode) -> str:
    parts = [content["foreword"], content["method"]]
    parts += [
        text for chapter in (*content["chapters"], *content["annexes"]) for text in (chapter["title"], chapter["text"])
    ]
    parts += [text for row in content["recommendations"] for text in (row["title"], row["text"])]
    return html_to_text(" ".join(part[code] for part in parts))
