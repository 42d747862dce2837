"""Cards and search documents of articles."""

from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from awareness.news.models import Article
from awareness.news.selectors import article_cards
from awareness.publishing.related_content import register_cards
from awareness.publishing.search_index import publication_document
from awareness.publishing.versions import as_lines
from clicksafely.common.search_registry import SearchableModel, SearchDocument, register_searchable

ORDER: Final = 50


def article_document(article: Article) -> SearchDocument:
    """The body has the texts of the blocks; a result shows the date."""
    blocks = list(article.blocks.all())

    def texts(language: str) -> list[str]:
        fields = [getattr(block, f"{name}_{language}") for block in blocks for name in ("heading", "text", "alt")]
        return [line for field in fields for line in as_lines(field)]

    def details(_language: str) -> list[str]:
        return [date_format(timezone.localtime(article.published_at))] if article.published_at else []

    return publication_document(article, topics=article.topics.all(), texts=texts, details=details)


def register() -> None:
    """Register cards and documents; called once by the app config."""
    register_cards(
        kind="article", title=_("News"), order=ORDER, provider=article_cards, next_change=Article.objects.next_change
    )
    register_searchable(SearchableModel("article", _("News"), Article, article_document))
